#include <resdyn/learning/gradient.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "imitation_tile.hpp"
#include "model/forward.hpp"
#include "settling_tile.hpp"

namespace resdyn {

namespace {

/// Parameters summed over the tiles by one task: 16384 floats of two tiles stay in the L2 cache.
constexpr Index chunk_length = 16384;

Index tiles_for(Index samples) {
    return (samples + tile_columns - 1) / tile_columns;
}

}  // namespace

bool BatchLoss::is_finite() const {
    return std::isfinite(mean) && std::isfinite(gradient_norm) && std::isfinite(penalty);
}

template <class Scalar>
struct BackPropagation<Scalar>::Original : ImitatedNetwork<Scalar> {
    using ImitatedNetwork<Scalar>::ImitatedNetwork;
};

/// The memory of up to tile_columns samples, and their share of the gradient.
template <class Scalar>
struct BackPropagation<Scalar>::Tile {
    using View = kernels::View<Scalar>;
    using ConstView = kernels::ConstView<Scalar>;
    using Buffer = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

    const NetworkShape& shape;
    const ParameterLayout& layout;
    Buffer data;     ///< D×T, with an input layer.
    Buffer x;        ///< N×T(L+1): x_0 … x_L.
    Buffer y;        ///< M×TL: y_n on the way out, δ_n on the way back.
    Buffer g;        ///< N×T: gradient with respect to x_n.
    Buffer inner;    ///< M×T: ∂loss/∂y_n, for two matrices or with a penalty on y.
    Buffer product;  ///< N×T.
    Buffer logits;   ///< C×T.
    Parameters gradient;
    std::vector<int> labels;
    kernels::SoftmaxLoss loss;  ///< of all samples since the gradient was last replaced.
    kernels::Into into = kernels::Into::Replace;
    std::optional<ImitationTile<Scalar>> original;  ///< of an imitation: what it is held to.
    std::optional<SettlingTile<Scalar>> settling;   ///< where there is a penalty.
    double penalty = 0.0;                           ///< like the loss.

    Tile(const NetworkShape& s, const ParameterLayout& l, const Original* imitated,
         const SettlingPenalty& penalized, Index samples)
        : shape(s),
          layout(l),
          data(s.input_width, samples),
          x(s.width, samples * (s.depth + 1)),
          y(s.residuals(), samples * s.depth),
          g(s.width, samples),
          inner(penalized.weight > 0 ? s.residuals() : s.hidden_width, samples),
          product(s.has_two_matrices() ? s.width : 0, samples),
          logits(s.classes, samples),
          gradient(l.size),
          labels(static_cast<std::size_t>(samples)) {
        if (imitated != nullptr) {
            original.emplace(*imitated, samples);
        }
        if (penalized.weight > 0) {
            settling.emplace(penalized, s, samples);
        }
    }

    /// `count` layers' columns of a buffer, from layer n on.
    static View layers(Buffer& buffer, Index n, Index count, Index samples) {
        return {buffer.data() + n * samples * buffer.rows(), buffer.rows(), count * samples};
    }

    /// Replaces the gradient by the share of these samples, or adds to it.
    void run(const Parameters& parameters, const Dataset& set, std::span<const Index> columns,
             Index batch, kernels::Into how) {
        into = how;
        const Tensors<Scalar> net{shape, layout, parameters.data()};
        const auto T = static_cast<Index>(columns.size());
        forward(net, set, columns, T);
        const auto scale = static_cast<Scalar>(batch);
        View p = layers(logits, 0, 1, T);
        kernels::SoftmaxLoss more;
        if (original) {
            original->run(set, columns);
            more = original->logit_loss(scale, p);
        } else {
            std::transform(columns.begin(), columns.end(), labels.begin(),
                           [&](Index column) { return set.labels[column]; });
            more = kernels::softmax_cross_entropy<Scalar>(labels, scale, p);
        }
        const bool add = into == kernels::Into::Add;
        penalty = add ? penalty : 0.0;
        more.sum += backward(net, scale, T);
        loss = {more.sum + (add ? loss.sum : 0.0), more.correct + (add ? loss.correct : 0)};
    }

    void forward(const Tensors<Scalar>& net, const Dataset& set, std::span<const Index> columns,
                 Index T) {
        View x0 = layers(x, 0, 1, T);
        if (shape.has_input_layer()) {
            View d = layers(data, 0, 1, T);
            gather<Scalar>(set.inputs, columns, d);
            enter<Scalar>(net, d, x0);
        } else {
            gather<Scalar>(set.inputs, columns, x0);
        }
        for (Index n = 0; n < shape.depth; ++n) {
            forward_layer<Scalar>(net, n, layers(x, n, 1, T), layers(y, n, 1, T),
                                  layers(product, 0, 1, T), layers(x, n + 1, 1, T));
        }
        read_out<Scalar>(net, layers(x, shape.depth, 1, T), layers(logits, 0, 1, T));
    }

    /// Returns what the states of all layers add to the loss, 0 where labels are learnt.
    double backward(const Tensors<Scalar>& net, Scalar scale, Index T) {
        double of_states = 0.0;
        const Index N = shape.width;
        const Index L = shape.depth;
        const ConstView dlogits = layers(logits, 0, 1, T);
        product_into(layout.V, shape.classes, N, dlogits, layers(x, L, 1, T));
        sums_into(layout.c, dlogits);
        View g_n = layers(g, 0, 1, T);
        g_n.setZero();
        kernels::add_transposed_times<Scalar>(net.V(), dlogits, g_n);
        for (Index n = L - 1; n >= 0; --n) {
            if (original) {
                of_states += original->state_loss(n + 1, scale, layers(x, n + 1, 1, T), g_n);
            }
            View delta = layers(y, n, 1, T);
            to_delta(net, n, scale, g_n, delta);
            if (!shape.shared_weights) {
                weights_into(layout.block(n), delta, layers(x, n, 1, T));
            }
            if (n > 0 || shape.has_input_layer()) {
                if (shape.kind == NetworkKind::Perceptron) {
                    g_n.setZero();  // no identity path
                }
                kernels::add_transposed_times<Scalar>(net.W(n), delta, g_n);
            }
        }
        if (shape.shared_weights) {
            weights_into(layout.block(0), layers(y, 0, L, T), layers(x, 0, L, T));
        }
        if (shape.has_input_layer()) {
            product_into(layout.U, N, shape.input_width, g_n, layers(data, 0, 1, T));
            sums_into(layout.e, g_n);
        }
        return of_states;
    }

    /// δ_n = f'(u_n) ∘ (h Aᵀ g_{n+1} + ∂penalty/∂y_n) in place of y_n; for two matrices first
    /// ∂A += h g_{n+1} y_nᵀ.
    void to_delta(const Tensors<Scalar>& net, Index n, Scalar scale, ConstView g_next, View y_n) {
        auto step = static_cast<Scalar>(shape.step);
        if (!shape.has_two_matrices() && !settling) {
            kernels::residual_to_delta<Scalar>(shape.activation, step, g_next, y_n);
            return;
        }
        View dy = layers(inner, 0, 1, y_n.cols());
        if (shape.has_two_matrices()) {
            // With shared weights the last layer comes first and the others add to it.
            const bool add =
                into == kernels::Into::Add || (shape.shared_weights && n < shape.depth - 1);
            kernels::multiply_by_transposed<Scalar>(
                step, g_next, y_n,
                View(gradient.data() + layout.block(n).A, shape.width, shape.hidden_width),
                add ? kernels::Into::Add : kernels::Into::Replace);
            dy.setZero();
            kernels::add_transposed_times<Scalar>(net.A(n), g_next, dy);
        } else {
            dy = g_next;
        }
        if (settling) {
            dy *= step;
            step = Scalar(1);
            penalty += settling->add(n, scale, y_n,
                                     layers(y, std::max<Index>(n - 1, 0), 1, y_n.cols()), dy);
        }
        kernels::residual_to_delta<Scalar>(shape.activation, step, dy, y_n);
    }

    void weights_into(const ParameterLayout::Block& block, ConstView delta, ConstView states) {
        product_into(block.W, shape.residuals(), shape.width, delta, states);
        sums_into(block.b, delta);
    }

    /// The gradient tensor at `begin` (rows×cols): P Qᵀ.
    void product_into(Index begin, Index rows, Index cols, ConstView P, ConstView Q) {
        kernels::multiply_by_transposed<Scalar>(Scalar(1), P, Q,
                                                View(gradient.data() + begin, rows, cols), into);
    }

    void sums_into(Index begin, ConstView P) {
        kernels::row_sums<Scalar>(P, kernels::VectorView<Scalar>(gradient.data() + begin, P.rows()),
                                  into);
    }
};

template <class Scalar>
BackPropagation<Scalar>::BackPropagation(const NetworkShape& shape, Index batch, int threads)
    : BackPropagation(shape, std::unique_ptr<const Original>(), {}, batch, threads) {}

template <class Scalar>
BackPropagation<Scalar>::BackPropagation(const NetworkShape& shape, const ImitationLoss& imitation,
                                         Index batch, int threads)
    : BackPropagation(shape, std::make_unique<const Original>(imitation, shape), {}, batch,
                      threads) {}

template <class Scalar>
BackPropagation<Scalar>::BackPropagation(const NetworkShape& shape, const SettlingPenalty& penalty,
                                         Index batch, int threads)
    : BackPropagation(shape, std::unique_ptr<const Original>(), penalty, batch, threads) {}

template <class Scalar>
BackPropagation<Scalar>::BackPropagation(const NetworkShape& shape,
                                         std::unique_ptr<const Original> original,
                                         const SettlingPenalty& penalty, Index batch, int threads)
    : shape_(shape), layout_(shape), original_(std::move(original)), threads_(threads) {
    validate(shape);
    require_at_least("batch", batch, 1);
    max_batch_ = batch;
    for (Index i = 0; i < std::min(tiles_for(batch), tiles_at_once); ++i) {
        tiles_.push_back(std::make_unique<Tile>(shape_, layout_, original_.get(), penalty,
                                                std::min(batch, tile_columns)));
    }
    chunk_norms_.resize(static_cast<std::size_t>((layout_.size + chunk_length - 1) / chunk_length));
}

template <class Scalar>
BackPropagation<Scalar>::~BackPropagation() = default;

template <class Scalar>
BatchLoss BackPropagation<Scalar>::run(const Parameters& parameters, const Dataset& data,
                                       std::span<const Index> columns) {
    const auto batch = static_cast<Index>(columns.size());
    if (batch < 1 || batch > max_batch_) {
        reject_argument("batch", fmt::format("1 to {} samples", max_batch_),
                        fmt::format("{}", batch));
    }
    const Index tiles = tiles_for(batch);
    const Index used = std::min(tiles, tiles_at_once);
    parallel_for(used, threads_, [&](Index slot) {
        for (Index i = slot; i < tiles; i += tiles_at_once) {
            const Index begin = i * tile_columns;
            const auto mine =
                columns.subspan(static_cast<std::size_t>(begin),
                                static_cast<std::size_t>(std::min(tile_columns, batch - begin)));
            tiles_[static_cast<std::size_t>(slot)]->run(
                parameters, data, mine, batch,
                i == slot ? kernels::Into::Replace : kernels::Into::Add);
        }
    });
    Parameters& total = tiles_.front()->gradient;
    parallel_for(static_cast<Index>(chunk_norms_.size()), threads_, [&](Index k) {
        const Index begin = k * chunk_length;
        const Index length = std::min(chunk_length, layout_.size - begin);
        auto sum = total.segment(begin, length);
        for (Index i = 1; i < used; ++i) {
            sum += tiles_[static_cast<std::size_t>(i)]->gradient.segment(begin, length);
        }
        chunk_norms_[static_cast<std::size_t>(k)] = static_cast<double>(sum.squaredNorm());
    });
    BatchLoss loss;
    for (Index i = 0; i < used; ++i) {
        loss.mean += tiles_[static_cast<std::size_t>(i)]->loss.sum;
        loss.correct += tiles_[static_cast<std::size_t>(i)]->loss.correct;
        loss.penalty += tiles_[static_cast<std::size_t>(i)]->penalty;
    }
    loss.mean /= static_cast<double>(batch);
    loss.penalty /= static_cast<double>(batch);
    double squares = 0.0;
    for (const double norm : chunk_norms_) {
        squares += norm;
    }
    loss.gradient_norm = std::sqrt(squares);
    return loss;
}

template <class Scalar>
const typename BackPropagation<Scalar>::Parameters& BackPropagation<Scalar>::gradient() const {
    return tiles_.front()->gradient;
}

template <class Scalar>
typename BackPropagation<Scalar>::Parameters& BackPropagation<Scalar>::gradient() {
    return tiles_.front()->gradient;
}

template class BackPropagation<float>;
template class BackPropagation<double>;

void check_fits(const NetworkShape& shape, const Dataset& data) {
    validate(data);
    if (data.width() != shape.data_width()) {
        reject_input(data.name, fmt::format("samples of width {}", shape.data_width()),
                     fmt::format("{}", data.width()));
    }
    if (data.labels.maxCoeff() >= shape.classes) {
        reject_input(data.name, fmt::format("labels from 0 to {}", shape.classes - 1),
                     fmt::format("{}", data.labels.maxCoeff()));
    }
}

}  // namespace resdyn
