#include "weights_hash.hpp"

#include <fmt/format.h>

#include <resdyn/formats/sha256.hpp>

namespace resdyn {

namespace {

std::string bytes_of(const Matrix& matrix) {
    return fmt::format("{}x{}:", matrix.rows(), matrix.cols()) +
           std::string(reinterpret_cast<const char*>(matrix.data()),
                       sizeof(double) * static_cast<std::size_t>(matrix.size()));
}

}  // namespace

std::string numbers_hash(const Matrix& matrix) {
    return sha256(bytes_of(matrix));
}

std::string weights_hash(const ResidualSystem& system) {
    const auto& factors = system.factors();
    return sha256(factors ? bytes_of(factors->B) + bytes_of(factors->A) : bytes_of(system.W()));
}

}  // namespace resdyn
