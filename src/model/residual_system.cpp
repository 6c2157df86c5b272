#include <resdyn/model/residual_system.hpp>

#include <fmt/format.h>

#include <limits>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

void need_increasing(Activation activation, const char* where) {
    if (!is_strictly_increasing(activation)) {
        reject_argument(where, "a strictly increasing activation (the y-equation is closed)",
                        to_string(activation));
    }
}

}  // namespace

ResidualSystem::ResidualSystem(Matrix W, Activation activation, double step)
    : W_(std::move(W)), activation_(activation), step_(step) {
    if (W_.rows() != W_.cols() || W_.rows() < 1) {
        reject_argument("W", "a square matrix", fmt::format("{}x{}", W_.rows(), W_.cols()));
    }
    if (!W_.allFinite()) {
        reject_argument("W", "finite numbers", "NaN or infinity");
    }
    if (!(step_ > 0) || !std::isfinite(step_)) {
        reject_argument("step", "a finite number > 0", fmt::format("{}", step_));
    }
}

ResidualSystem::ResidualSystem(Factors factors, Activation activation, double step)
    : ResidualSystem(Matrix(factors.B * factors.A), activation, step) {
    factors_ = std::move(factors);
}

Vector ResidualSystem::residual_velocity(const Vector& y) const {
    return gain(activation_, y).cwiseProduct(W_ * y);
}

Matrix ResidualSystem::residual_jacobian(const Vector& y) const {
    Matrix J = gain(activation_, y).asDiagonal() * W_;
    const Vector Wy = W_ * y;
    for (Index i = 0; i < y.size(); ++i) {
        J(i, i) += gain_slope(activation_, y[i]) * Wy[i];
    }
    return J;
}

Vector ResidualSystem::preactivation_velocity(const Vector& u) const {
    return W_ * activate(activation_, u);
}

Matrix ResidualSystem::preactivation_jacobian(const Vector& u) const {
    return W_ * slope(activation_, u).asDiagonal();
}

Vector ResidualSystem::preactivation_map(const Vector& u) const {
    return u + step_ * preactivation_velocity(u);
}

Matrix ResidualSystem::preactivation_map_jacobian(const Vector& u) const {
    return Matrix::Identity(dimension(), dimension()) + step_ * preactivation_jacobian(u);
}

Vector ResidualSystem::residual_map(const Vector& y) const {
    need_increasing(activation_, "residual_map");
    return activate(activation_, Vector(inverse(activation_, y) + step_ * (W_ * y)));
}

Matrix ResidualSystem::residual_map_jacobian(const Vector& y) const {
    need_increasing(activation_, "residual_map_jacobian");
    const Vector next = inverse(activation_, y) + step_ * (W_ * y);
    Matrix J = step_ * W_;
    J.diagonal() += gain(activation_, y).cwiseInverse();
    return slope(activation_, next).asDiagonal() * J;
}

ResidualSystem residual_system(const ResidualNetwork& network) {
    if (!network.has_shared_weights()) {
        reject_argument(
            "residual_system", "weights shared by all layers",
            fmt::format("{} different layers: analyse one layer, frozen", network.blocks.size()));
    }
    return frozen_residual_system(network, 0);
}

ResidualSystem frozen_residual_system(const ResidualNetwork& network, Index layer) {
    if (layer < 0 || layer >= network.depth) {
        reject_argument("layer", fmt::format("0 <= layer < {}", network.depth),
                        fmt::format("{}", layer));
    }
    const ResidualBlock& block = network.block(layer);
    if (block.A) {
        return {ResidualSystem::Factors{block.W, *block.A}, network.activation, network.step};
    }
    return {block.W, network.activation, network.step};
}

ResidualFlow::ResidualFlow(ResidualSystem system) : system_(std::move(system)) {
    need_increasing(system_.activation(), "ResidualFlow");
}

Vector ActivityFlow::value(const Vector& x) const {
    const Vector y = activate(activation_, Vector(block_.W * x + block_.b));
    return block_.A ? Vector(*block_.A * y) : y;
}

Matrix ActivityFlow::jacobian(const Vector& x) const {
    const Matrix DW = slope(activation_, Vector(block_.W * x + block_.b)).asDiagonal() * block_.W;
    return block_.A ? Matrix(*block_.A * DW) : DW;
}

double interaction_energy(const ResidualSystem& system, const Vector& p, const Vector& y) {
    return -0.5 * y.cwiseProduct(p).dot(system.W() * y);
}

double potential_energy(const ResidualSystem& system, const Vector& p, const Vector& u) {
    double E = 0.0;
    for (Index i = 0; i < u.size(); ++i) {
        E += p[i] * potential(system.activation(), u[i]);
    }
    return E;
}

RankReport rank_report(const Matrix& W) {
    const SingularVectors svd = divided_singular_vectors(W, SingularSide::FullLeft);
    RankReport report;
    report.singular_values = svd.values;
    const double largest = report.singular_values.size() > 0 ? report.singular_values[0] : 0.0;
    report.tolerance =
        static_cast<double>(W.rows()) * std::numeric_limits<double>::epsilon() * largest;
    while (report.rank < report.singular_values.size() &&
           report.singular_values[report.rank] > report.tolerance) {
        ++report.rank;
    }
    report.left_null_vectors = svd.left.rightCols(W.rows() - report.rank);
    report.slowest_time = report.rank > 0 ? 1.0 / report.singular_values[report.rank - 1]
                                          : std::numeric_limits<double>::infinity();
    return report;
}

}  // namespace resdyn
