/// @file
/// How the library refuses. Three kinds, by who can mend it:
///  - `std::invalid_argument`: the caller passed values that break a stated rule;
///  - `InputError` (an invalid_argument): a file or a text of the user does not hold what it must;
///  - `ResourceError`: the environment failed (disk, memory, a missing program).
/// Numerical outcomes are never exceptions: they are values in the result structs.
///
/// Every text is one line and says what was expected, what was got, and where.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace resdyn {

/// A file or text of the user does not hold what it must.
class InputError : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// The environment failed: a folder that cannot be written, a program that is not installed.
class ResourceError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Throws std::invalid_argument("WHERE: expected EXPECTED, got GOT").
[[noreturn]] void reject_argument(std::string_view where, std::string_view expected,
                                  std::string_view got);

/// Throws std::invalid_argument("WHERE: expected RULE, got GOT") unless it holds.
void require(std::string_view where, bool holds, std::string_view rule, std::string_view got);
void require(std::string_view where, bool holds, std::string_view rule, double got);

/// Throws std::invalid_argument("FIELD: expected a whole number >= LEAST, got VALUE") if value is
/// less.
void require_at_least(std::string_view field, std::int64_t value, std::int64_t least);

/// Throws InputError("WHERE: expected EXPECTED, got GOT").
[[noreturn]] void reject_input(std::string_view where, std::string_view expected,
                               std::string_view got);

}  // namespace resdyn
