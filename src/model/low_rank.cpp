#include <resdyn/model/low_rank.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

Matrix stacked(const Matrix& above, const Matrix& below) {
    Matrix both(above.rows() + below.rows(), above.cols());
    both << above, below;
    return both;
}

}  // namespace

LowRankParts::LowRankParts(ResidualNetwork network) : network_(std::move(network)) {
    validate(network_);
    if (!network_.has_shared_weights() || !network_.has_readout()) {
        reject_argument("rank", "shared weights and a read-out",
                        network_.has_shared_weights() ? "no read-out" : "own weights by layer");
    }
    SingularVectors svd = divided_singular_vectors(network_.block(0).W, SingularSide::ThinBoth);
    singular_values_ = std::move(svd.values);
    left_ = std::move(svd.left);
    right_ = std::move(svd.right);
    // A pair of singular vectors is known up to its sign: that of the largest entry decides.
    for (Index k = 0; k < right_.cols(); ++k) {
        Index largest = 0;
        right_.col(k).cwiseAbs().maxCoeff(&largest);
        if (right_(largest, k) < 0) {
            right_.col(k) *= -1.0;
            left_.col(k) *= -1.0;
        }
    }
}

double LowRankParts::kept(Index rank) const {
    const double largest = singular_values_[0];
    if (!(largest > 0)) {
        return 1.0;
    }
    const Vector relative = singular_values_ / largest;  // no square overflows or vanishes
    return relative.head(rank).squaredNorm() / relative.squaredNorm();
}

LowRankNetwork LowRankParts::of_rank(Index rank) const {
    if (rank < 1 || rank > largest_rank()) {
        reject_argument("rank", fmt::format("a whole number from 1 to {}", largest_rank()),
                        fmt::format("{}", rank));
    }
    const ResidualBlock& block = network_.block(0);
    const Matrix& V = network_.readout.M;
    const Index classes = network_.classes();
    LowRankNetwork result;
    result.rank = rank;
    result.P = left_.leftCols(rank) * singular_values_.head(rank).asDiagonal();
    result.Q = right_.leftCols(rank);
    const Matrix Qt = result.Q.transpose();
    const Matrix QtA = block.A ? Matrix(Qt * *block.A) : Qt;
    const Matrix VA = block.A ? Matrix(V * *block.A) : V;
    // x_0 = U d + e, or the data themselves.
    const Matrix U = network_.input ? network_.input->M : Matrix::Identity(V.cols(), V.cols());
    const Vector e = network_.input ? network_.input->v : Vector::Zero(V.cols());

    result.whole = network_;
    result.whole.blocks.front().W = result.P * Qt;

    result.flow = {.activation = network_.activation,
                   .step = network_.step,
                   .depth = network_.depth,
                   .blocks = {{result.P, block.b, QtA}},
                   .readout = {},
                   .input = LinearLayer{Qt * U, Qt * e}};

    const Index hidden = block.W.rows();
    Matrix P_and_0 = Matrix::Zero(hidden, rank + classes);
    P_and_0.leftCols(rank) = result.P;
    Matrix pick = Matrix::Zero(classes, rank + classes);
    pick.rightCols(classes).setIdentity();
    result.compact = {
        .activation = network_.activation,
        .step = network_.step,
        .depth = network_.depth,
        .blocks = {{P_and_0, block.b, stacked(QtA, VA)}},
        .readout = {pick, Vector::Zero(classes)},
        .input = LinearLayer{stacked(Qt * U, V * U), stacked(Qt * e, V * e + network_.readout.v)}};
    return result;
}

}  // namespace resdyn
