/// @file
/// "Did you mean …?": for a word that is none of the names that were expected.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace resdyn {

/// The name that `word` was most likely meant to be; empty if none is near. Near: up to case, one
/// edit in three letters (a letter put in, left out, replaced, or two neighbours exchanged; the
/// restricted Damerau-Levenshtein distance), or `word` begins just one of the names.
std::string nearest_name(std::string_view word, const std::vector<std::string>& names);

/// "; did you mean NAME?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

/// Throws InputError("WHERE: expected NAMES, got GOT; did you mean NAME?"), the question only where
/// one of the names is near. `names`: "a, b or c", with or without "one of" before it.
[[noreturn]] void reject_name(std::string_view where, std::string_view names, std::string_view got);

}  // namespace resdyn
