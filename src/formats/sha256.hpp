/// @file
/// SHA-256 of inputs, for provenance: results say which bytes they were made from.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace resdyn {

/// 64 lower-case hexadecimal digits. Method: OpenSSL EVP.
std::string sha256(std::string_view bytes);
/// sha256 of a file's bytes, read by chunks. Throws InputError if it cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace resdyn
