#include "weighted_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn::detail {

namespace {

struct Solved {
    Vector beta;
    Matrix inverse;
    Vector weights;
    Vector residual;
    double q = 0.0;  // Σ w residual²
};

Solved solve(const Vector& y, const Vector& v, const Matrix& X, double tau_squared) {
    Solved s;
    s.weights = (v.array() + tau_squared).inverse().matrix();
    const Matrix WX = s.weights.asDiagonal() * X;
    const Ldlt normal(X.transpose() * WX);
    s.inverse = normal.inverse();
    s.beta = s.inverse * (WX.transpose() * y);
    s.residual = y - X * s.beta;
    s.q = (s.weights.array() * s.residual.array().square()).sum();
    return s;
}

// P = W − WX(XᵀWX)⁻¹XᵀW, which takes y to W times its residual.
Matrix projector(const Solved& s, const Matrix& X) {
    const Matrix WX = s.weights.asDiagonal() * X;
    Matrix P = -WX * s.inverse * WX.transpose();
    P.diagonal() += s.weights;
    return P;
}

double moments(const Vector& y, const Vector& v, const Matrix& X) {
    const Solved fixed = solve(y, v, X, 0.0);
    const auto free = static_cast<double>(y.size() - X.cols());
    return std::max(0.0, (fixed.q - free) / projector(fixed, X).trace());
}

// Q falls with τ².
double paule_mandel(const Vector& y, const Vector& v, const Matrix& X) {
    const auto free = static_cast<double>(y.size() - X.cols());
    const auto excess = [&](double tau_squared) { return solve(y, v, X, tau_squared).q - free; };
    if (excess(0.0) <= 0) {
        return 0.0;
    }
    double low = 0.0;
    double high = std::max(v.maxCoeff(), (y.array() - y.mean()).square().sum());
    while (excess(high) > 0) {
        high *= 2.0;
    }
    constexpr int halvings = 200;
    for (int k = 0; k < halvings && high - low > 1e-14 * high; ++k) {
        const double middle = 0.5 * (low + high);
        (excess(middle) > 0 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

// Fisher scoring; steps that would leave τ² >= 0 are halved.
double restricted_likelihood(const Vector& y, const Vector& v, const Matrix& X) {
    double tau_squared = moments(y, v, X);
    constexpr int most = 1000;
    for (int k = 0; k < most; ++k) {
        const Matrix P = projector(solve(y, v, X, tau_squared), X);
        const double information = (P * P).trace();
        double step = ((P * y).squaredNorm() - P.trace()) / information;
        while (tau_squared + step < 0 && std::abs(step) > 1e-12 * tau_squared) {
            step /= 2.0;
        }
        tau_squared = std::max(0.0, tau_squared + step);
        if (std::abs(step) <= 1e-12 * (tau_squared + v.minCoeff())) {
            break;
        }
    }
    return tau_squared;
}

double tau_squared_of(const Vector& y, const Vector& v, const Matrix& X, TauEstimator estimator) {
    switch (estimator) {
        case TauEstimator::PauleMandel:
            return paule_mandel(y, v, X);
        case TauEstimator::RestrictedLikelihood:
            return restricted_likelihood(y, v, X);
        case TauEstimator::DerSimonianLaird:
            break;
    }
    return moments(y, v, X);
}

}  // namespace

std::optional<WeightedFit> weighted_fit(const Vector& y, const Vector& v, const Matrix& X,
                                        const MetaOptions& options) {
    if (column_rank(X) < X.cols()) {
        return std::nullopt;
    }
    WeightedFit fit;
    fit.tau_squared = tau_squared_of(y, v, X, options.tau);
    const Solved fixed = solve(y, v, X, 0.0);
    const Solved random = solve(y, v, X, fit.tau_squared);
    const auto free = static_cast<double>(y.size() - X.cols());
    fit.q = fixed.q;
    // A typical error variance stands for all (Higgins, Thompson, Statist. Med. 21, 2002, 1539).
    const double typical = free / projector(fixed, X).trace();
    fit.i_squared = fit.tau_squared / (fit.tau_squared + typical);
    fit.beta = random.beta;
    fit.inverse = random.inverse;
    fit.weights = random.weights;
    fit.residual = random.residual;
    fit.scale = random.q / free;
    if (options.modified) {
        fit.scale = std::max(1.0, fit.scale);
    }
    return fit;
}

EffectVectors effect_vectors(const std::vector<EffectEstimate>& estimates,
                             const MetaOptions& options) {
    require("level", options.level > 0 && options.level < 1, "a number in (0, 1)",
            fmt::format("{:g}", options.level));
    require("estimates", estimates.size() >= 2, "at least two",
            fmt::format("{}", estimates.size()));
    EffectVectors vectors{Vector(static_cast<Index>(estimates.size())),
                          Vector(static_cast<Index>(estimates.size()))};
    for (std::size_t k = 0; k < estimates.size(); ++k) {
        const auto& [effect, variance, cluster] = estimates[k];
        require("effect", std::isfinite(effect), "a finite number", fmt::format("{:g}", effect));
        require("variance", variance > 0 && std::isfinite(variance), "a finite number > 0",
                fmt::format("{:g}", variance));
        vectors.y[static_cast<Index>(k)] = effect;
        vectors.v[static_cast<Index>(k)] = variance;
    }
    return vectors;
}

}  // namespace resdyn::detail
