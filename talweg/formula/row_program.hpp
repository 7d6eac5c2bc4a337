#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "talweg/autodiff/scalar_tape.hpp"

namespace talweg {
class Pool;
}

namespace talweg::formula {

/// Which rows, in which order: all, or those of a list.
struct RowList {
  std::size_t first = 0, count = 0;            ///< of rows that follow each other
  std::span<const std::uint32_t> listed = {};  ///< in place of them, where it is not empty

  std::size_t size() const { return listed.empty() ? count : listed.size(); }
  std::size_t operator[](std::size_t i) const { return listed.empty() ? first + i : listed[i]; }
};

/// The instructions of a formula over blocks of rows. Its inputs are numbers first, the same for all rows, then
/// columns. Each instruction is a loop over the rows of a block, forwards for the values and backwards for the slopes
/// by the numbers, with the arithmetic of ScalarTape row by row. Sums run in an order that depends on the places of the
/// rows alone: 512 at a time in 16 lanes, and these in a fixed tree. Neither blocks nor threads change a bit.
class RowProgram {
 public:
  RowProgram(std::span<const autodiff::ScalarNode> nodes, autodiff::ScalarTape::Id result, std::size_t numbers,
             std::size_t inputs);

  struct Inputs {
    std::span<const double> numbers;
    std::span<const double* const> columns;
    RowList rows;
  };
  /// Σ of the value over the rows, and, where `slopes` (numbers) is not empty, of the slopes by each number.
  double sum(Pool& pool, const Inputs& in, std::span<double> slopes);
  /// The value of each row (rows), and its slopes by the numbers (rows, numbers) where that is not empty.
  void each(Pool& pool, const Inputs& in, std::span<double> values, std::span<double> slopes);

  /// Whether the result depends on that number.
  bool uses(std::size_t number) const { return active_[number] != 0; }
  /// Rows of a block, a multiple of the 16 lanes; without, what stays in the cache.
  void set_block(std::size_t rows) { block_ = rows; }

 private:
  static constexpr std::size_t chunk = 512;
  using Id = autodiff::ScalarTape::Id;

  /// The numbers of one block.
  struct Workspace {
    std::vector<double> memory;
    std::size_t block = 0;
    bool sloped = false;
    std::vector<const double*> at;                          ///< (nodes) where their values stand
    std::vector<double*> value, da, db, adjoint, gathered;  ///< (nodes), nullptr where there are none
    std::vector<double> sums;
  };
  /// One for each thread, kept from call to call; a copy begins with none, as their pointers are their own.
  struct Workspaces {
    std::vector<Workspace> list = {};
    Workspaces() = default;
    Workspaces(const Workspaces&) {}
    Workspaces(Workspaces&&) noexcept = default;
    Workspaces& operator=(const Workspaces& other) {
      if (this != &other) list.clear();
      return *this;
    }
    Workspaces& operator=(Workspaces&&) noexcept = default;
    ~Workspaces() = default;
  };

  std::size_t arrays(bool sloped) const;
  void lay_out(Workspace& w) const;
  void prepare(Workspace& w, const Inputs& in, bool sloped) const;
  void forward(Workspace& w, const Inputs& in, std::size_t begin, std::size_t n) const;
  void reverse(Workspace& w, std::size_t n) const;
  void sum_chunk(Workspace& w, const Inputs& in, std::size_t chunk, std::span<double> out) const;
  void each_of(Workspace& w, const Inputs& in, std::size_t begin, std::size_t end, std::span<double> values,
               std::span<double> slopes) const;
  template <class F> void in_pieces(Pool& pool, std::size_t chunks, const F& fn);

  std::vector<autodiff::ScalarNode> nodes_;
  Id result_;
  std::size_t numbers_, inputs_, block_;
  std::vector<char> needed_;  ///< (nodes) read by something
  std::vector<char> active_;  ///< (nodes) depends on a number
  std::vector<char> first_a_, first_b_;
  std::vector<Id> slots_;  ///< of the numbers that are needed
  Workspaces spaces_;
};

}  // namespace talweg::formula
