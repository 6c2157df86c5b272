#include "kernels.hpp"

#include <cmath>
#include <type_traits>

#include "activation_arrays.hpp"

namespace resdyn::kernels {

namespace {

/// Calls body(std::integral_constant<int, n>) for n up to 4; says whether it did. A product of so
/// few rows takes less time than the dispatch and packing of a general one.
template <class Body>
bool with_few_rows(Index n, Body&& body) {
    switch (n) {
        case 1:
            body(std::integral_constant<int, 1>{});
            return true;
        case 2:
            body(std::integral_constant<int, 2>{});
            return true;
        case 3:
            body(std::integral_constant<int, 3>{});
            return true;
        case 4:
            body(std::integral_constant<int, 4>{});
            return true;
        default:
            return false;
    }
}

template <class Scalar, int n>
using Square = Eigen::Matrix<Scalar, n, n>;
template <class Scalar, int n>
using Short = Eigen::Matrix<Scalar, n, 1>;

}  // namespace

template <class Scalar>
void multiply(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out) {
    const bool few =
        P.rows() == P.cols() && with_few_rows(P.rows(), [&](auto rows) {
            const Square<Scalar, rows> factor = Eigen::Map<const Square<Scalar, rows>>(P.data());
            for (Index j = 0; j < Q.cols(); ++j) {
                Eigen::Map<Short<Scalar, rows>>(out.data() + j * rows).noalias() =
                    factor * Eigen::Map<const Short<Scalar, rows>>(Q.data() + j * rows);
            }
        });
    if (!few) {
        out.noalias() = P * Q;
    }
}

template <class Scalar>
void add_transposed_times(ConstView<Scalar> P, ConstView<Scalar> Q, View<Scalar> out) {
    const bool few =
        P.rows() == P.cols() && with_few_rows(P.rows(), [&](auto rows) {
            const Square<Scalar, rows> factor =
                Eigen::Map<const Square<Scalar, rows>>(P.data()).transpose();
            for (Index j = 0; j < Q.cols(); ++j) {
                Eigen::Map<Short<Scalar, rows>>(out.data() + j * rows).noalias() +=
                    factor * Eigen::Map<const Short<Scalar, rows>>(Q.data() + j * rows);
            }
        });
    if (!few) {
        out.noalias() += P.transpose() * Q;
    }
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
    const bool few = with_few_rows(P.rows(), [&](auto rows) {
        Eigen::Map<Short<Scalar, rows>> total(out.data());
        Short<Scalar, rows> sum = total;
        for (Index j = 0; j < P.cols(); ++j) {
            sum += Eigen::Map<const Short<Scalar, rows>>(P.data() + j * rows);
        }
        total = sum;
    });
    for (Index j = 0; !few && j < P.cols(); ++j) {
        out += P.col(j);
    }
}

template <class Scalar>
void add_to_columns(ConstVectorView<Scalar> v, View<Scalar> P) {
    const bool few = with_few_rows(P.rows(), [&](auto rows) {
        const Short<Scalar, rows> added = Eigen::Map<const Short<Scalar, rows>>(v.data());
        for (Index j = 0; j < P.cols(); ++j) {
            Eigen::Map<Short<Scalar, rows>>(P.data() + j * rows) += added;
        }
    });
    for (Index j = 0; !few && j < P.cols(); ++j) {
        P.col(j) += v;
    }
}

template <class Scalar>
void activate_in_place(Activation activation, ConstVectorView<Scalar> b, View<Scalar> y) {
    add_to_columns<Scalar>(b, y);
    auto u = y.array();
    with_row(activation, [&u](auto row) { activate_array(row, u); });
}

template <class Scalar>
void residual_to_delta(Activation activation, Scalar step, ConstView<Scalar> g, View<Scalar> y) {
    auto delta = y.array();
    with_row(activation, [&](auto row) { delta_array(row, step, g, delta); });
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
        // log(total) from what the others add to 1: total itself rounds to 1 where they add little.
        double others = 0.0;
        for (Index c = 0; c < column.size(); ++c) {
            others += c == largest ? 0.0 : static_cast<double>(column[c]);
        }
        loss.sum += std::log1p(others) - static_cast<double>(of_label);
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
