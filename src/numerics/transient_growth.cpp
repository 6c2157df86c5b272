#include <resdyn/numerics/transient_growth.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <queue>
#include <unsupported/Eigen/MatrixFunctions>

#include <resdyn/core/error.hpp>
#include <resdyn/numerics/spectrum.hpp>

#include "decompositions.hpp"

namespace resdyn {

namespace {

void validate(const Matrix& J, const GrowthOptions& o) {
    if (J.rows() != J.cols() || J.rows() < 1 || !J.allFinite()) {
        reject_argument("transient_growth", "a square matrix of finite numbers",
                        fmt::format("{}x{}", J.rows(), J.cols()));
    }
    if (!(o.rel_tol > 0)) {
        reject_argument("transient_growth", "rel_tol > 0", fmt::format("{}", o.rel_tol));
    }
    if (o.max_evaluations < 1 || o.kreiss_grid < 2) {
        reject_argument("transient_growth", "max_evaluations >= 1 and kreiss_grid >= 2",
                        fmt::format("{} and {}", o.max_evaluations, o.kreiss_grid));
    }
}

double norm_2(const Matrix& A) {
    return singular_values(A)[0];
}

double smallest_singular_value(const Eigen::MatrixXcd& A) {
    return singular_values(A).tail(1)[0];
}

/// max of Re z / σ_min(z − J) over a grid in the right half-plane, z within the reach of J.
double kreiss_lower_bound(const Matrix& J, const std::vector<Complex>& spectrum, Index grid) {
    const double reach = std::max(norm_2(J), std::numeric_limits<double>::min());
    double highest = 0.0;
    for (const Complex value : spectrum) {
        highest = std::max(highest, value.imag());
    }
    double bound = 1.0;  // z → ∞
    const Eigen::MatrixXcd Jc = J.cast<Complex>();
    const Eigen::MatrixXcd I = Eigen::MatrixXcd::Identity(J.rows(), J.cols());
    for (Index a = 0; a < grid; ++a) {
        const double x =
            reach * std::pow(10.0, -4.0 + 5.0 * static_cast<double>(a) / double(grid - 1));
        for (Index b = 0; b < grid; ++b) {
            const double y = 1.5 * highest * static_cast<double>(b) / double(grid - 1);
            bound = std::max(bound, x / smallest_singular_value(Complex(x, y) * I - Jc));
            if (highest == 0) {
                break;
            }
        }
    }
    return bound;
}

/// A stretch of time on which ‖e^{tJ}‖ ≤ bound.
struct Cell {
    double from;
    double length;
    double norm_at_start;
    double bound;
    friend bool operator<(const Cell& a, const Cell& b) { return a.bound < b.bound; }
};

}  // namespace

std::string_view to_string(GrowthStatus status) {
    switch (status) {
        case GrowthStatus::Enclosed:
            return "enclosed";
        case GrowthStatus::Unbounded:
            return "unbounded";
        case GrowthStatus::Unresolved:
            return "unresolved";
    }
    return "unknown";
}

TransientGrowth transient_growth(const Matrix& J, const GrowthOptions& options) {
    validate(J, options);
    const std::vector<Complex> spectrum = eigenvalues(J);
    TransientGrowth growth;
    growth.spectral_abscissa = spectrum.front().real();
    growth.numerical_abscissa = symmetric_eigenvalues(0.5 * (J + J.transpose())).maxCoeff();
    const double omega = growth.numerical_abscissa;
    const double rounding =
        static_cast<double>(J.rows()) * std::numeric_limits<double>::epsilon() * norm_2(J);
    if (omega <= rounding) {
        growth.status = GrowthStatus::Enclosed;  // ‖e^{tJ}‖ ≤ e^{ωt} ≤ 1
        return growth;
    }
    if (growth.spectral_abscissa > rounding) {
        growth.status = GrowthStatus::Unbounded;
        growth.peak = growth.peak_time = growth.peak_error =
            std::numeric_limits<double>::infinity();
        growth.kreiss_bound = std::numeric_limits<double>::infinity();
        return growth;
    }
    growth.kreiss_bound = kreiss_lower_bound(J, spectrum, options.kreiss_grid);
    Index evaluations = 0;
    const auto norm_at = [&](double t) {
        ++evaluations;
        const double norm = norm_2(Matrix(t * J).exp());
        if (norm > growth.peak) {
            growth.peak = norm;
            growth.peak_time = t;
        }
        return norm;
    };
    // Cells of the length over which e^{ωt} doubles, until the flow contracts as a whole.
    const double length = std::log(2.0) / omega;
    std::priority_queue<Cell> cells;
    double norm = 1.0;
    double t = 0.0;
    do {
        cells.push({t, length, norm, 2.0 * norm});
        t += length;
        norm = norm_at(t);
    } while (norm > 1.0 && evaluations < options.max_evaluations / 2);
    const bool contracts = norm <= 1.0;
    while (cells.top().bound > growth.peak * (1.0 + options.rel_tol) &&
           evaluations < options.max_evaluations) {
        const Cell cell = cells.top();
        cells.pop();
        const double half = 0.5 * cell.length;
        const double factor = std::exp(omega * half);
        const double middle = norm_at(cell.from + half);
        cells.push({cell.from, half, cell.norm_at_start, factor * cell.norm_at_start});
        cells.push({cell.from + half, half, middle, factor * middle});
    }
    growth.peak_error = std::max(0.0, cells.top().bound / growth.peak - 1.0);
    growth.status = contracts && growth.peak_error <= options.rel_tol ? GrowthStatus::Enclosed
                                                                      : GrowthStatus::Unresolved;
    return growth;
}

}  // namespace resdyn
