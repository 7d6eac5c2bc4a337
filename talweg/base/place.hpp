#pragma once
#include <span>
#include <string>

/// What a path stands for before anything is read or written: links followed, standard streams and devices known.
namespace talweg::file {

/// Where bytes that are written to a path end up.
struct Place {
  enum class Kind {
    file,    ///< a regular file, there already or not
    device,  ///< a pipe or a device, written as it comes
    stream   ///< /dev/stdout, /dev/fd/3 and the like: an open descriptor, whatever it leads to
  };
  Kind kind = Kind::file;
  std::string target;    ///< the path once links are followed; of a dangling link the file that it promises
  int descriptor = -1;   ///< of a stream
  std::string identity;  ///< of a file: the same for every path to it, hard links included; empty otherwise

  /// Throws Error for a chain of links without end.
  static Place of(const std::string& path);
};

/// A path as a command was given it.
struct NamedPath {
  enum class Role { input, output };
  std::string name;  ///< what messages call it: "the data", "the model"
  std::string path;  ///< "-" stands for a standard stream
  Role role = Role::input;
};

/// Throws Error when an output is one of the inputs, or two outputs are one file: what was read would be lost, or what
/// was written first. Regular files only; standard streams, pipes and devices may be named as often as one likes, but
/// standard output that leads into an input is refused too.
void refuse_overwriting(std::span<const NamedPath> paths);

}  // namespace talweg::file
