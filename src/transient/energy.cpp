#include <resdyn/transient/energy.hpp>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

/// E of every column.
Vector energies(Activation activation, const Matrix& u) {
    return u.unaryExpr([activation](double one) { return potential(activation, one); })
        .colwise()
        .sum()
        .transpose();
}

}  // namespace

EnergyBudget energy_budget(const ResidualNetwork& network, const Matrix& x0) {
    validate(network);
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("x0", "a column of N numbers a sample, one sample at least",
                        std::to_string(x0.rows()) + "x" + std::to_string(x0.cols()));
    }
    const auto samples = static_cast<double>(x0.cols());
    const double h = network.step;
    EnergyBudget budget{Vector::Zero(network.depth), Vector::Zero(network.depth),
                        Vector::Zero(network.depth)};
    Matrix x = x0;
    for (Index n = 0; n < network.depth; ++n) {
        const ResidualBlock& block = network.block(n);
        const Matrix u = (block.W * x).colwise() + block.b;
        const Matrix y = activate(network.activation, u);
        const Matrix dx = block.A ? Matrix(h * (*block.A * y)) : Matrix(h * y);
        const Matrix du = block.W * dx;
        const Vector before = energies(network.activation, u);
        const Vector change = energies(network.activation, u + du) - before;
        const Vector work = y.cwiseProduct(du).colwise().sum().transpose();
        const Vector injection = change - work;
        const Vector bound =
            0.5 * max_slope(network.activation) * du.colwise().squaredNorm().transpose();
        budget.work[n] = work.sum() / samples;
        budget.injection[n] = injection.sum() / samples;
        budget.bound[n] = bound.sum() / samples;
        for (Index j = 0; j < x.cols(); ++j) {
            const double outside = std::max(-injection[j], injection[j] - bound[j]);
            const double scale = 1.0 + std::abs(before[j]) + std::abs(change[j]) + std::abs(work[j]);
            budget.violation = std::max(budget.violation, outside / scale);
        }
        x += dx;
    }
    return budget;
}

}  // namespace resdyn
