/// @file
/// The arithmetic of a layer on raw column-major memory, in float and double: matrix products and
/// the element-wise passes around them. Compiled once, in kernels.cpp; nothing here allocates
/// (Eigen's own packing buffers apart).
#pragma once

#include <span>

#include <resdyn/model/activation.hpp>

namespace resdyn::kernels {

template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

/// Contiguous columns, writable.
template <class Scalar>
using View = Eigen::Map<Dense<Scalar>>;

/// Contiguous columns, read only; a View is one (which Eigen's own maps do not convert to).
template <class Scalar>
struct ConstView : Eigen::Map<const Dense<Scalar>> {
    using Eigen::Map<const Dense<Scalar>>::Map;
    ConstView(const View<Scalar>& view)
        : Eigen::Map<const Dense<Scalar>>(view.data(), view.rows(), view.cols()) {}
};

template <class Scalar>
using VectorView = Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>;
template <class Scalar>
using ConstVectorView = Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>;

/// out = P Q.
template <class Scalar>
void multiply(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out);

/// out += Pᵀ Q.
template <class Scalar>
void add_transposed_times(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out);

/// What becomes of what `out` held.
enum class Into { Replace, Add };

/// out = factor P Qᵀ, or out += that.
template <class Scalar>
void multiply_by_transposed(Scalar factor, ConstView<Scalar> P, ConstView<Scalar> Q,
                            View<Scalar> out, Into into);

/// out_i = Σ_j P_ij, or out_i += that.
template <class Scalar>
void row_sums(ConstView<Scalar> P, VectorView<Scalar> out, Into into);

/// P_ij += v_i.
template <class Scalar>
void add_to_columns(ConstVectorView<Scalar> v, View<Scalar> P);

/// y = f(y + b), column by column: `y` holds W x on entry.
template <class Scalar>
void activate_in_place(Activation activation, ConstVectorView<Scalar> b, View<Scalar> y);

/// δ = f'(u) ∘ (h g), with f'(u) taken from y = f(u), which `y` holds on entry and δ on return.
template <class Scalar>
void residual_to_delta(Activation activation, Scalar step, ConstView<Scalar> g, View<Scalar> y);

/// Softmax cross-entropy of one column of logits a sample.
struct SoftmaxLoss {
    double sum = 0.0;   ///< Σ over columns of −log p(label).
    Index correct = 0;  ///< columns whose largest logit (the first at a tie) is the label's.
};

/// The loss, and in place of the logits its gradient (p − e_label)/scale.
template <class Scalar>
SoftmaxLoss softmax_cross_entropy(std::span<const int> labels, Scalar scale, View<Scalar> logits);

}  // namespace resdyn::kernels
