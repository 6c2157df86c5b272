#include <resdyn/learning/regularizer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/training_options.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

/// Rows and columns of the tiles in which a matrix meets its transpose: two tiles fit the L1 cache.
constexpr Index tile = 64;

template <class Scalar>
using Square = Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>>;

/// G ← (G + sign Gᵀ)/2.
template <class Scalar>
void project_square(Square<Scalar> G, Scalar sign, int threads) {
    const Index N = G.rows();
    const Index tiles = (N + tile - 1) / tile;
    parallel_for(tiles, threads, [&](Index I) {
        const Index rows = std::min(tile, N - I * tile);
        Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> upper;
        for (Index J = I; J < tiles; ++J) {
            const Index cols = std::min(tile, N - J * tile);
            auto above = G.block(I * tile, J * tile, rows, cols);
            auto below = G.block(J * tile, I * tile, cols, rows);
            upper = Scalar(0.5) * (above + sign * below.transpose());
            below = sign * upper.transpose();
            above = upper;
        }
    });
}

}  // namespace

std::string_view to_string(WeightStructure structure) {
    switch (structure) {
        case WeightStructure::Free:
            return "free";
        case WeightStructure::Antisymmetric:
            return "antisymmetric";
        case WeightStructure::Symmetric:
            return "symmetric";
    }
    return "?";
}

void validate(const RegularizerOptions& options, const NetworkShape& shape) {
    require_ranges({.regularizer = options});
    if (options.damping != 0 && options.structure != WeightStructure::Antisymmetric) {
        reject_argument("damping", "0 unless W is antisymmetric",
                        fmt::format("{}", options.damping));
    }
    if (options.smoothness > 0 && shape.shared_weights) {
        reject_argument("smoothness", "0 where all layers share their weights",
                        fmt::format("{}", options.smoothness));
    }
    if (options.structure != WeightStructure::Free && shape.has_two_matrices()) {
        reject_argument("structure", "free (blocks of two matrices have no square W of their own)",
                        std::string(to_string(options.structure)));
    }
}

template <class Scalar>
Regularizer<Scalar>::Regularizer(const NetworkShape& shape, const RegularizerOptions& options,
                                 std::uint64_t seed, int threads)
    : shape_(shape), options_(options), threads_(threads) {
    validate(options, shape);
    const ParameterLayout layout(shape);
    Index length = 0;
    for (const ParameterLayout::Block& block : layout.blocks) {
        matrices_.push_back({block.W, shape.residuals(), shape.width, true});
        length += shape.width;
        if (shape.has_two_matrices()) {
            matrices_.push_back({block.A, shape.width, shape.hidden_width, true});
            length += shape.hidden_width;
        }
    }
    matrices_.push_back({layout.V, shape.classes, shape.width, false});
    if (shape.has_input_layer()) {
        matrices_.push_back({layout.U, shape.width, shape.input_width, false});
    }
    if (options.spectral_penalty > 0) {
        constexpr std::uint64_t power_iteration_stream = 2;  // data 0, initial weights 1
        vectors_ = Random(seed, power_iteration_stream)
                       .normal_matrix(length, 1, 1.0)
                       .template cast<Scalar>();
    }
}

template <class Scalar>
bool Regularizer<Scalar>::is_active() const {
    return options_.spectral_penalty > 0 || options_.smoothness > 0 ||
           options_.structure != WeightStructure::Free;
}

template <class Scalar>
void Regularizer<Scalar>::project(Parameters& gradient) const {
    if (options_.structure == WeightStructure::Free) {
        return;
    }
    const auto sign =
        static_cast<Scalar>(options_.structure == WeightStructure::Symmetric ? 1 : -1);
    for (const MatrixPlace& place : matrices_) {
        if (place.of_block) {
            project_square<Scalar>({gradient.data() + place.begin, place.rows, place.cols}, sign,
                                   threads_);
        }
    }
}

template <class Scalar>
void Regularizer<Scalar>::impose(Parameters& parameters) const {
    project(parameters);
    if (options_.structure != WeightStructure::Antisymmetric) {
        return;
    }
    for (const MatrixPlace& place : matrices_) {
        if (place.of_block) {
            Square<Scalar>(parameters.data() + place.begin, place.rows, place.cols)
                .diagonal()
                .setConstant(static_cast<Scalar>(-options_.damping));
        }
    }
}

template <class Scalar>
double Regularizer<Scalar>::add_spectral(const Parameters& parameters, Parameters& gradient) {
    double penalty = 0.0;
    Index at = 0;
    for (const MatrixPlace& place : matrices_) {
        if (!place.of_block) {
            continue;
        }
        const Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>> W(
            parameters.data() + place.begin, place.rows, place.cols);
        auto v = vectors_.segment(at, place.cols);
        at += place.cols;
        v.normalize();
        Parameters u = W * v;
        const Scalar length = u.norm();
        if (!(length > 0)) {
            continue;  // W v = 0: nothing to shrink along v
        }
        u /= length;
        v = W.transpose() * u;
        const Scalar sigma = v.norm();
        v /= sigma;
        penalty += 0.5 * options_.spectral_penalty * static_cast<double>(sigma) *
                   static_cast<double>(sigma);
        const auto strength = static_cast<Scalar>(options_.spectral_penalty) * sigma;
        Square<Scalar>(gradient.data() + place.begin, place.rows, place.cols).noalias() +=
            (strength * u) * v.transpose();
    }
    return penalty;
}

template <class Scalar>
double Regularizer<Scalar>::add_smoothness(const Parameters& parameters,
                                           Parameters& gradient) const {
    const ParameterLayout layout(shape_);
    const Index length = layout.V / shape_.depth;  // the blocks come first, one after another
    const double strength = options_.smoothness * static_cast<double>(shape_.depth);
    double squares = 0.0;
    for (Index n = 0; n + 1 < shape_.depth; ++n) {
        const Parameters difference =
            parameters.segment((n + 1) * length, length) - parameters.segment(n * length, length);
        squares += difference.template cast<double>().squaredNorm();
        const auto twice = static_cast<Scalar>(2.0 * strength);
        gradient.segment((n + 1) * length, length) += twice * difference;
        gradient.segment(n * length, length) -= twice * difference;
    }
    return strength * squares;
}

template <class Scalar>
double Regularizer<Scalar>::adjust(const Parameters& parameters, Parameters& gradient) {
    double penalty = 0.0;
    if (options_.spectral_penalty > 0) {
        penalty += add_spectral(parameters, gradient);
    }
    if (options_.smoothness > 0) {
        penalty += add_smoothness(parameters, gradient);
    }
    project(gradient);
    return penalty;
}

template <class Scalar>
void Regularizer<Scalar>::decay(Parameters& parameters, double rate) const {
    if (options_.weight_decay == 0) {
        return;
    }
    const auto factor = static_cast<Scalar>(1.0 - rate * options_.weight_decay);
    const bool keep_diagonal = options_.structure == WeightStructure::Antisymmetric;
    for (const MatrixPlace& place : matrices_) {
        Square<Scalar> W(parameters.data() + place.begin, place.rows, place.cols);
        W *= factor;
        if (keep_diagonal && place.of_block) {
            W.diagonal().setConstant(static_cast<Scalar>(-options_.damping));
        }
    }
}

template <class Scalar>
void Regularizer<Scalar>::restore(Parameters vectors) {
    if (vectors.size() != vectors_.size()) {
        reject_argument("power iteration", fmt::format("{} numbers", vectors_.size()),
                        fmt::format("{}", vectors.size()));
    }
    vectors_ = std::move(vectors);
}

template class Regularizer<float>;
template class Regularizer<double>;

}  // namespace resdyn
