#include <resdyn/equilibria/face_flow.hpp>

#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

FaceFlow::FaceFlow(const ResidualSystem& system, const Pattern& pattern)
    : pattern_(pattern),
      free_(pattern.free_units()),
      activation_(system.activation()),
      step_(system.step()) {
    require_bounded("FaceFlow", activation_);
    if (pattern.size() != system.dimension() || free_.empty()) {
        reject_argument("FaceFlow",
                        fmt::format("a pattern of {} units, one of them free", system.dimension()),
                        to_string(pattern));
    }
    const Levels range = resdyn::levels(activation_);
    levels_ = Vector::Zero(pattern.size());
    for (Index i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != UnitState::Free) {
            levels_[i] = pattern[i] == UnitState::Low ? range.low : range.high;
        }
    }
    block_ = system.W()(free_, free_);
    load_ = (system.W() * levels_)(free_);
}

Vector FaceFlow::value(const Vector& u) const {
    // Column by column: long runs on small faces spend their time in temporaries otherwise.
    Vector du = load_;
    for (Index j = 0; j < u.size(); ++j) {
        du += activate(activation_, u[j]) * block_.col(j);
    }
    return du;
}

Matrix FaceFlow::jacobian(const Vector& u) const {
    Matrix J = block_;
    for (Index j = 0; j < u.size(); ++j) {
        J.col(j) *= slope(activation_, u[j]);
    }
    return J;
}

Pattern FaceFlow::embedded(const Pattern& inner) const {
    Pattern pattern = pattern_;
    for (std::size_t k = 0; k < free_.size(); ++k) {
        pattern.states[static_cast<std::size_t>(free_[k])] = inner.states[k];
    }
    return pattern;
}

Vector FaceFlow::residual(const Vector& u) const {
    Vector y = levels_;
    y(free_) = activate(activation_, u);
    return y;
}

ResidualSystem FaceFlow::as_system() const {
    const Index n = dimension();
    if (n == pattern_.size()) {
        return {block_, activation_, step_};
    }
    Matrix W = Matrix::Zero(n + 1, n + 1);
    W.topLeftCorner(n, n) = block_;
    W.topRightCorner(n, 1) = load_;
    W(n, n) = 1.0;
    return {W, activation_, step_};
}

Vector FaceFlow::as_residual(const Vector& u) const {
    const Index n = dimension();
    Vector y(n == pattern_.size() ? n : n + 1);
    y.head(n) = activate(activation_, u);
    if (y.size() > n) {
        y[n] = 1.0;
    }
    return y;
}

}  // namespace resdyn
