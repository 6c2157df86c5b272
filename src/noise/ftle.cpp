#include <resdyn/noise/ftle.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

/// A batch of states with the tangents of both input components.
struct Bundle {
    Matrix x;
    std::array<Matrix, 2> dx;
};

Matrix slopes(Activation activation, const Matrix& u) {
    return u.unaryExpr([activation](double value) { return slope(activation, value); });
}

void run(const ResidualNetwork& network, Bundle& bundle) {
    for (Index n = 0; n < network.depth; ++n) {
        const ResidualBlock& block = network.block(n);
        const Matrix u = (block.W * bundle.x).colwise() + block.b;
        const Matrix D = slopes(network.activation, u);
        const auto add = [&](const Matrix& y, Matrix& to) {
            to += network.step * (block.A ? Matrix(*block.A * y) : y);
        };
        for (Matrix& dx : bundle.dx) {
            add(D.cwiseProduct(block.W * dx), dx);
        }
        add(activate(network.activation, u), bundle.x);
    }
}

void run(const Perceptron& network, Bundle& bundle) {
    for (Index n = 0; n < network.depth; ++n) {
        const LinearLayer& layer = network.layer(n);
        const Matrix u = layer(bundle.x);
        const Matrix D = slopes(network.activation, u);
        for (Matrix& dx : bundle.dx) {
            dx = D.cwiseProduct(layer.M * dx);
        }
        bundle.x = activate(network.activation, u);
    }
}

/// Largest singular value of the two columns p, q.
double largest_singular_value(const Vector& p, const Vector& q) {
    const double a = p.squaredNorm();
    const double b = q.squaredNorm();
    const double c = p.dot(q);
    return std::sqrt(0.5 * (a + b + std::hypot(a - b, 2.0 * c)));
}

/// Where along the sorted exponents the points next to another class lie.
void judge_boundary(FtleField& field) {
    const Index n = field.first.size();
    std::vector<double> sorted(field.exponent.data(), field.exponent.data() + n * n);
    std::sort(sorted.begin(), sorted.end());
    double total = 0.0;
    for (Index j = 0; j < n; ++j) {
        for (Index i = 0; i < n; ++i) {
            const int mine = field.predicted(i, j);
            const bool boundary = (i > 0 && field.predicted(i - 1, j) != mine) ||
                                  (i + 1 < n && field.predicted(i + 1, j) != mine) ||
                                  (j > 0 && field.predicted(i, j - 1) != mine) ||
                                  (j + 1 < n && field.predicted(i, j + 1) != mine);
            if (boundary) {
                ++field.boundary_points;
                const auto below =
                    std::lower_bound(sorted.begin(), sorted.end(), field.exponent(i, j));
                total += static_cast<double>(below - sorted.begin()) /
                         static_cast<double>(sorted.size());
            }
        }
    }
    field.boundary_quantile = field.boundary_points > 0
                                  ? total / static_cast<double>(field.boundary_points)
                                  : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

FtleField ftle_field(const Network& any, const Box& box, const FtleOptions& options) {
    require_at_least("points", options.points, 2);
    if (box.lower.size() != 2 || box.upper.size() != 2 ||
        !((box.upper - box.lower).minCoeff() > 0) || !box.lower.allFinite() ||
        !box.upper.allFinite()) {
        reject_argument("box", "a finite rectangle of 2 dimensions", "another");
    }
    const Index n = options.points;
    FtleField field;
    field.first = Vector::LinSpaced(n, box.lower[0], box.upper[0]);
    field.second = Vector::LinSpaced(n, box.lower[1], box.upper[1]);
    field.exponent.resize(n, n);
    std::visit(
        [&](const auto& network) {
            validate(network);
            if (network.input_width() != 2) {
                reject_argument("ftle_field", "a network of inputs of width 2",
                                fmt::format("{}", network.input_width()));
            }
            if (network.has_readout()) {
                field.predicted.resize(n, n);
            }
            double time = static_cast<double>(network.depth);
            if constexpr (requires { network.step; }) {
                time *= network.step;
            }
            const Matrix U = network.input ? network.input->M : Matrix(Matrix::Identity(2, 2));
            parallel_for(n, options.threads, [&](Index j) {
                Matrix d(2, n);
                d.row(0) = field.first.transpose();
                d.row(1).setConstant(field.second[j]);
                Bundle bundle{initial_activity(network, d),
                              {U.col(0).replicate(1, n), U.col(1).replicate(1, n)}};
                run(network, bundle);
                for (Index i = 0; i < n; ++i) {
                    field.exponent(i, j) =
                        std::log(largest_singular_value(bundle.dx[0].col(i), bundle.dx[1].col(i))) /
                        time;
                }
                if (network.has_readout()) {
                    field.predicted.col(j) = predicted_classes(network.readout(bundle.x));
                }
            });
        },
        any);
    if (field.predicted.size() > 0) {
        judge_boundary(field);
    } else {
        field.boundary_quantile = std::numeric_limits<double>::quiet_NaN();
    }
    return field;
}

}  // namespace resdyn
