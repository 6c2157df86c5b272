#include <resdyn/equilibria/stable_equilibria.hpp>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>

#include "pattern_search.hpp"
#include "rounding.hpp"
#include "spectral_discs.hpp"
#include "stable_by_signs.hpp"

namespace resdyn {

namespace {

constexpr double outward = 1.0 + 1e-9;  // covers the rounding of the bounds themselves

/// Decides whole patterns in double where its error bounds allow.
class LeafFilter {
  public:
    LeafFilter(const ResidualSystem& system, const FaceSolver& solver)
        : range_(levels(system.activation())),
          width_(range_.high - range_.low),
          W_(solver.nearest_weights()) {}

    /// Stable, or NotStable (no point in the face, a violated sign, an unstable free block), where
    /// that is proved.
    std::optional<LeafKind> decide(const Pattern& pattern) const {
        const std::vector<Index> free = pattern.free_units();
        const Index n = pattern.size();
        Vector y(n);
        for (Index i = 0; i < n; ++i) {
            y[i] = pattern[i] == UnitState::Low    ? range_.low
                   : pattern[i] == UnitState::High ? range_.high
                                                   : 0.0;
        }
        const double terms = static_cast<double>(n) + 4.0;
        double y_error = 0.0;  // of the free components
        Matrix A;
        if (!free.empty()) {
            A = W_(free, free);
            const Vector load = -(W_ * y)(free);
            const Matrix R = A.inverse();
            y(free) = R * load;
            if (!R.allFinite() || !y.allFinite()) {
                return std::nullopt;
            }
            const Matrix G = Matrix::Identity(A.rows(), A.cols()) - R * A;
            const Matrix G_error = 2.0 * terms * unit_roundoff * (R.cwiseAbs() * A.cwiseAbs()) +
                                   underflow * R.cwiseAbs() * Matrix::Ones(A.rows(), A.cols());
            const double contraction =
                outward * (G.cwiseAbs() + G_error).rowwise().sum().maxCoeff();
            if (!(contraction < 0.5)) {
                return std::nullopt;
            }
            const Vector residual = (W_ * y)(free).cwiseAbs() + row_errors(y)(free);
            y_error =
                outward * (R.cwiseAbs() * residual).maxCoeff() / (1.0 - contraction) + underflow;
            for (const Index i : free) {
                if (y[i] < range_.low - y_error || y[i] > range_.high + y_error) {
                    return LeafKind::NotStable;
                }
                if (!(y[i] > range_.low + y_error && y[i] < range_.high - y_error)) {
                    return std::nullopt;
                }
            }
        }
        const Vector rates = W_ * y;
        const Vector errors = row_errors(y);
        for (Index i = 0; i < n; ++i) {
            if (pattern[i] == UnitState::Free) {
                continue;
            }
            const double error = outward * (errors[i] + y_error * W_.row(i)(free).cwiseAbs().sum());
            const double rate = pattern[i] == UnitState::High ? rates[i] : -rates[i];
            if (rate < -error) {
                return LeafKind::NotStable;
            }
            if (!(rate > error)) {
                return std::nullopt;
            }
        }
        if (free.empty()) {
            return LeafKind::Stable;
        }
        // g = (y − low)(high − y) · (1 for logistic and tanh): |g'| <= width.
        const double g_error = outward * (y_error * (width_ + y_error) + 16.0 * unit_roundoff);
        const Vector z = y(free);
        const Vector g = (z.array() - range_.low) * (range_.high - z.array());
        const Matrix J = g.asDiagonal() * A;
        const Matrix J_error = (g_error + 4.0 * unit_roundoff) * A.cwiseAbs() +
                               underflow * Matrix::Ones(A.rows(), A.cols());
        const auto discs = spectral_discs(J, J_error);
        if (!discs) {
            return std::nullopt;
        }
        return discs->unstable == 0 ? LeafKind::Stable : LeafKind::NotStable;
    }

  private:
    static constexpr double underflow = 1e-300;

    /// Bounds on the rounding of W y as computed, and on what the rounding of W itself adds.
    Vector row_errors(const Vector& y) const {
        const double terms = static_cast<double>(y.size()) + 4.0;
        return 2.0 * terms * unit_roundoff * (W_.cwiseAbs() * y.cwiseAbs()) +
               Vector::Constant(y.size(), underflow * terms * (1.0 + y.lpNorm<1>()));
    }

    Levels range_;
    double width_;
    Matrix W_;
};

LeafDecision decide_exactly(const FaceSolver& solver, const Pattern& pattern, bool marginal) {
    LeafDecision decision{LeafKind::NotStable, true};
    const FaceDecision face = solver.decide(pattern);
    if (const auto* equilibrium = std::get_if<Equilibrium>(&face)) {
        const SpectralCounts& counts = equilibrium->spectrum;
        if (counts.is_stable()) {
            decision.kind = LeafKind::Stable;
        } else if (counts.unstable == 0 && marginal) {
            decision.kind = LeafKind::Marginal;
        }
    }
    return decision;
}

}  // namespace

StableSearch stable_equilibria(const ResidualSystem& system, const BranchAndBoundOptions& options) {
    if (auto answer = stable_by_signs(system, options)) {
        add_origin(system, options, *answer);
        return std::move(*answer);
    }
    const bool faces = faces_can_be_stable(exact_weights(system).entries, options.count_marginal);
    const FaceRelaxation relaxation(system, {.faces = faces, .closed = options.count_marginal});
    const FaceSolver solver(system);
    const LeafFilter filter(system, solver);
    const auto decide = [&](const SearchNode& leaf) {
        const Pattern pattern = FaceRelaxation::pattern(leaf);
        if (const auto kind = filter.decide(pattern)) {
            return LeafDecision{*kind};
        }
        return decide_exactly(solver, pattern, options.count_marginal);
    };
    StableSearch result = search_patterns(relaxation, solver, decide, options);
    add_origin(system, options, result);
    return result;
}

CostPrediction predict_stable_equilibria(const ResidualSystem& system,
                                         const PredictionOptions& options) {
    if (stable_by_signs(system, {.max_listed = 0})) {
        return {};
    }
    const bool faces = faces_can_be_stable(exact_weights(system).entries, true);
    return predict_search(FaceRelaxation(system, {.faces = faces, .closed = true}), options);
}

}  // namespace resdyn
