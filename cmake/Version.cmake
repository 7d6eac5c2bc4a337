# TALWEG_VERSION from talweg/version.hpp, the one place where it stands (which Install.cmake watches, as it does all public headers).
file(READ ${CMAKE_CURRENT_LIST_DIR}/../talweg/version.hpp header)
set(numbers "")
foreach(part MAJOR MINOR PATCH)
  string(REGEX MATCH "TALWEG_VERSION_${part} ([0-9]+)" matched "${header}")
  list(APPEND numbers ${CMAKE_MATCH_1})
endforeach()
list(JOIN numbers "." TALWEG_VERSION)
