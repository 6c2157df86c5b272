#include "kernels.hpp"

#include <cmath>

namespace resdyn::kernels {

template <class Scalar>
void multiply(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out) {
    out.noalias() = P * Q;
}

template <class Scalar>
void add_transposed_times(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out) {
    out.noalias() += P.transpose() * Q;
}

template <class Scalar>
void multiply_by_transposed(Scalar factor, ConstView<Scalar> P, ConstView<Scalar> Q,
                            View<Scalar> out, Into into) {
    if (into == Into::Add) {
        out.noalias() += (factor * P) * Q.transpose();
    } else {
        out.noalias() = (factor * P) * Q.transpose();
    }
}

template <class Scalar>
void row_sums(ConstView<Scalar> P, VectorView<Scalar> out, Into into) {
    // NOTE: Eigen's rowwise().sum() walks a column-major matrix against its grain.
    if (into == Into::Replace) {
        out.setZero();
    }
    for (Index j = 0; j < P.cols(); ++j) {
        out += P.col(j);
    }
}

template <class Scalar>
void add_to_columns(ConstVectorView<Scalar> v, View<Scalar> P) {
    for (Index j = 0; j < P.cols(); ++j) {
        P.col(j) += v;
    }
}

template <class Scalar>
void activate_in_place(Activation activation, ConstVectorView<Scalar> b, View<Scalar> y) {
    add_to_columns<Scalar>(b, y);
    auto u = y.array();
    switch (activation) {
        case Activation::Logistic:
            u = u.logistic();
            break;
        case Activation::Tanh:
            u = u.tanh();
            break;
        case Activation::Softplus:
            u = u.max(Scalar(0)) + (-u.abs()).exp().log1p();
            break;
        case Activation::ReLU:
            u = u.max(Scalar(0));
            break;
    }
}

template <class Scalar>
void residual_to_delta(Activation activation, Scalar step, ConstView<Scalar> g, View<Scalar> y) {
    auto delta = y.array();
    switch (activation) {
        case Activation::Logistic:
            delta = delta * (Scalar(1) - delta) * (step * g.array());
            break;
        case Activation::Tanh:
            delta = (Scalar(1) - delta.square()) * (step * g.array());
            break;
        case Activation::Softplus:
            // f' = 1 − e^{−y}, without cancellation for small y.
            delta = -(-delta).expm1() * (step * g.array());
            break;
        case Activation::ReLU:
            delta = (delta > Scalar(0)).select(step * g.array(), Scalar(0));
            break;
    }
}

template <class Scalar>
SoftmaxLoss softmax_cross_entropy(std::span<const int> labels, Scalar scale, View<Scalar> logits) {
    SoftmaxLoss loss;
    for (Index j = 0; j < logits.cols(); ++j) {
        const int label = labels[static_cast<std::size_t>(j)];
        auto column = logits.col(j).array();
        Index largest = 0;
        const Scalar top = column.maxCoeff(&largest);
        column -= top;
        const Scalar of_label = column[label];
        column = column.exp();
        const Scalar total = column.sum();
        loss.sum += std::log(static_cast<double>(total)) - static_cast<double>(of_label);
        loss.correct += largest == label ? 1 : 0;
        column *= Scalar(1) / (total * scale);
        column[label] -= Scalar(1) / scale;
    }
    return loss;
}

#define RESDYN_INSTANTIATE(Scalar)                                                          \
    template void multiply(ConstView<Scalar>, ConstView<Scalar>, View<Scalar>);             \
    template void add_transposed_times(ConstView<Scalar>, ConstView<Scalar>, View<Scalar>); \
    template void multiply_by_transposed(Scalar, ConstView<Scalar>, ConstView<Scalar>,      \
                                         View<Scalar>, Into);                               \
    template void row_sums(ConstView<Scalar>, VectorView<Scalar>, Into);                    \
    template void add_to_columns(ConstVectorView<Scalar>, View<Scalar>);                    \
    template void activate_in_place(Activation, ConstVectorView<Scalar>, View<Scalar>);     \
    template void residual_to_delta(Activation, Scalar, ConstView<Scalar>, View<Scalar>);   \
    template SoftmaxLoss softmax_cross_entropy(std::span<const int>, Scalar, View<Scalar>);
RESDYN_INSTANTIATE(float)
RESDYN_INSTANTIATE(double)
#undef RESDYN_INSTANTIATE

}  // namespace resdyn::kernels
