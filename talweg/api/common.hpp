#pragma once
// What every front end needs of the base: errors, messages, options, whole files.
#include "talweg/base/error.hpp"
#include "talweg/base/file.hpp"
#include "talweg/base/option.hpp"
#include "talweg/base/place.hpp"
#include "talweg/base/shell.hpp"
#include "talweg/base/spelling.hpp"
#include "talweg/base/text.hpp"
