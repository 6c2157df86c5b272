#include "weights_hash.hpp"

#include <fmt/format.h>

#include <resdyn/model/parameters.hpp>

#include "formats/sha256.hpp"

namespace resdyn {

namespace {

template <typename Numbers>
std::string bytes_of(const Numbers& matrix) {
    return fmt::format("{}x{}:", matrix.rows(), matrix.cols()) +
           std::string(reinterpret_cast<const char*>(matrix.data()),
                       sizeof(*matrix.data()) * static_cast<std::size_t>(matrix.size()));
}

}  // namespace

template <typename Numbers>
std::string numbers_hash(const Eigen::PlainObjectBase<Numbers>& numbers) {
    return sha256(bytes_of(numbers));
}
template std::string numbers_hash(const Eigen::PlainObjectBase<Matrix>&);
template std::string numbers_hash(const Eigen::PlainObjectBase<Vector>&);
template std::string numbers_hash(const Eigen::PlainObjectBase<Eigen::MatrixXf>&);
template std::string numbers_hash(const Eigen::PlainObjectBase<Eigen::VectorXi>&);

std::string network_hash(const Network& network) {
    const NetworkShape shape = shape_of(network);
    return sha256(
        fmt::format("{} {} h = {} L = {} N = {} M = {} {} D = {} C = {}:", to_string(shape.kind),
                    to_string(shape.activation), shape.step, shape.depth, shape.width,
                    shape.hidden_width, shape.shared_weights ? "shared" : "own", shape.input_width,
                    shape.classes) +
        bytes_of(flatten(network)));
}

std::string weights_hash(const ResidualSystem& system) {
    const auto& factors = system.factors();
    return sha256(factors ? bytes_of(factors->B) + bytes_of(factors->A) : bytes_of(system.W()));
}

}  // namespace resdyn
