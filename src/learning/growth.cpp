#include <resdyn/learning/growth.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>

#include "growth_vectors.hpp"

namespace resdyn {

namespace {

/// Numbers of one block; the blocks come first in the flat vector.
Index block_length(const NetworkShape& shape) {
    NetworkShape one = shape;
    one.depth = 1;
    return ParameterLayout(one).V;
}

/// The own blocks of twice the layers, each times `scale`; what is not of a block stays.
template <class Flat>
Flat refined(const NetworkShape& shape, const Flat& coarse, double scale) {
    using Scalar = typename Flat::Scalar;
    if (coarse.size() == 0) {
        return coarse;
    }
    const auto factor = static_cast<Scalar>(scale);
    const auto half = static_cast<Scalar>(0.5 * scale);
    const Index length = block_length(shape);
    const Index blocks = shape.depth * length;
    const Index rest = coarse.size() - blocks;
    Flat fine(2 * blocks + rest);
    for (Index n = 0; n < shape.depth; ++n) {
        const Index next =
            shape.has_two_matrices() ? n : std::min(n + 1, shape.depth - 1);  // growth.hpp
        const auto here = coarse.segment(n * length, length);
        fine.segment(2 * n * length, length) = factor * here;
        fine.segment((2 * n + 1) * length, length) =
            half * (here + coarse.segment(next * length, length));
    }
    fine.tail(rest) = coarse.tail(rest);
    return fine;
}

}  // namespace

bool doubles_after(const DoublingOptions& options, Index epoch, Index epochs) {
    for (Index k = 1; k <= options.doublings; ++k) {
        const Index end =
            options.every > 0 ? k * options.every : k * epochs / (options.doublings + 1);
        if (epoch == end) {
            return true;
        }
    }
    return false;
}

void validate(const DoublingOptions& options, const NetworkShape& shape, Index epochs) {
    if (!options.enabled()) {
        return;
    }
    if (shape.kind != NetworkKind::Residual) {
        reject_argument("doublings", "0 of a perceptron, which has no step",
                        fmt::format("{}", options.doublings));
    }
    if (options.every == 0 && epochs <= options.doublings) {
        reject_argument("doublings", fmt::format("fewer than the {} epochs", epochs),
                        fmt::format("{}", options.doublings));
    }
    if (options.every > 0 && options.doublings * options.every >= epochs) {
        reject_argument(
            "doubling_every",
            fmt::format("{} doublings before the end of {} epochs", options.doublings, epochs),
            fmt::format("{}", options.every));
    }
}

NetworkShape with_twice_the_layers(NetworkShape shape) {
    shape.depth *= 2;
    shape.step /= 2;
    return shape;
}

Vector with_twice_the_layers(const NetworkShape& shape, const Vector& parameters) {
    return shape.shared_weights ? parameters : refined(shape, parameters, 1.0);
}

template <class Scalar>
TrainingVectors<Scalar> with_twice_the_layers(const NetworkShape& shape,
                                              const TrainingVectors<Scalar>& vectors) {
    // The gradient of shared weights is a sum over the layers, h times each: it stays.
    if (shape.shared_weights) {
        return vectors;
    }
    return {refined(shape, vectors.parameters, 1.0), refined(shape, vectors.mean, 0.5),
            refined(shape, vectors.squares, 0.25)};
}

template <class Scalar>
void make_layers_equal(const NetworkShape& shape,
                       Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters) {
    const Index length = block_length(shape);
    for (Index n = 1; !shape.shared_weights && n < shape.depth; ++n) {
        parameters.segment(n * length, length) = parameters.head(length);
    }
}

#define RESDYN_INSTANTIATE(Scalar)                                                      \
    template void make_layers_equal<Scalar>(const NetworkShape&,                        \
                                            Eigen::Matrix<Scalar, Eigen::Dynamic, 1>&); \
    template TrainingVectors<Scalar> with_twice_the_layers(const NetworkShape&,         \
                                                           const TrainingVectors<Scalar>&);
RESDYN_INSTANTIATE(float)
RESDYN_INSTANTIATE(double)
#undef RESDYN_INSTANTIATE

}  // namespace resdyn
