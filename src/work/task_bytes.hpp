/// @file
/// A task's result as bytes: whole numbers of variable length, seven bits a byte, the same on every
/// machine. What is read must be read as it was written; the journal's checksums have vouched for
/// the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

class TaskWriter {
  public:
    void add(std::uint64_t value);
    /// Of either sign; near zero short.
    void add_signed(Index value);
    /// Entries >= 0, most of them zero: each other one behind its distance from the one before.
    void add_sparse(const std::vector<Index>& values);
    void add_text(std::string_view text);
    /// To the last bit.
    void add_double(double value);
    std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

/// Throws InputError where the bytes end too early.
class TaskReader {
  public:
    explicit TaskReader(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t next();
    Index next_index() { return static_cast<Index>(next()); }
    Index next_signed();
    /// As many as `values` holds, which are replaced.
    void next_sparse(std::vector<Index>& values);
    std::string next_text();
    double next_double();
    /// Throws InputError unless all was read.
    void end() const;

  private:
    std::string_view rest_;
};

}  // namespace resdyn
