#include "held_units.hpp"

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

constexpr double saturated_u = 50.0;  // f(±50) is the level itself in double precision

void need_face(const ResidualSystem& system, const Pattern& face) {
    require_bounded("HeldUnits", system.activation());
    if (face.size() != system.dimension() || face.free_units().empty()) {
        reject_argument("HeldUnits",
                        fmt::format("a pattern of {} units, one of them free", system.dimension()),
                        to_string(face));
    }
}

std::vector<Index> kept_units(const ResidualSystem& system, const Pattern& face) {
    need_face(system, face);
    std::vector<Index> kept;
    for (Index i = 0; i < face.size(); ++i) {
        if (face[i] != UnitState::Low || system.activation() != Activation::Logistic) {
            kept.push_back(i);
        }
    }
    return kept;
}

/// The rows of moving units, and e_i for held ones; of two factors B A likewise, B gaining a column
/// and A a row for every held unit.
ResidualSystem restricted_system(const ResidualSystem& system, const Pattern& face,
                                 const std::vector<Index>& kept) {
    std::vector<Index> held;  // places among the kept units
    for (std::size_t k = 0; k < kept.size(); ++k) {
        if (face[kept[k]] != UnitState::Free) {
            held.push_back(static_cast<Index>(k));
        }
    }
    const auto size = static_cast<Index>(kept.size());
    const auto extra = static_cast<Index>(held.size());
    if (const auto& factors = system.factors()) {
        const Index inner = factors->A.rows();
        Matrix B = Matrix::Zero(size, inner + extra);
        Matrix A = Matrix::Zero(inner + extra, size);
        B.leftCols(inner) = factors->B(kept, Eigen::all);
        A.topRows(inner) = factors->A(Eigen::all, kept);
        for (Index k = 0; k < extra; ++k) {
            const Index at = held[static_cast<std::size_t>(k)];
            B.row(at).setZero();
            B(at, inner + k) = 1.0;
            A(inner + k, at) = 1.0;
        }
        return {ResidualSystem::Factors{std::move(B), std::move(A)}, system.activation(),
                system.step()};
    }
    Matrix W = system.W()(kept, kept);
    for (const Index at : held) {
        W.row(at).setZero();
        W(at, at) = 1.0;
    }
    return {std::move(W), system.activation(), system.step()};
}

}  // namespace

HeldUnits::HeldUnits(const ResidualSystem& system, const Pattern& face)
    : face_(face),
      kept_(kept_units(system, face)),
      levels_(Vector::Zero(face.size())),
      system_(restricted_system(system, face, kept_)) {
    const Levels range = resdyn::levels(system.activation());
    for (Index i = 0; i < face.size(); ++i) {
        levels_[i] = face[i] == UnitState::Low    ? range.low
                     : face[i] == UnitState::High ? range.high
                                                  : 0.0;
    }
    for (const Index i : kept_) {
        inner_face_.states.push_back(face[i]);
    }
}

Matrix HeldUnits::restricted(const Matrix& u) const {
    Matrix inner = u(kept_, Eigen::all);
    for (std::size_t k = 0; k < kept_.size(); ++k) {
        if (const UnitState state = face_[kept_[k]]; state != UnitState::Free) {
            inner.row(static_cast<Index>(k))
                .setConstant(state == UnitState::High ? saturated_u : -saturated_u);
        }
    }
    return inner;
}

Pattern HeldUnits::embedded(const Pattern& inner) const {
    Pattern pattern = face_;
    for (std::size_t k = 0; k < kept_.size(); ++k) {
        if (face_[kept_[k]] == UnitState::Free) {
            pattern.states[static_cast<std::size_t>(kept_[k])] = inner.states[k];
        }
    }
    return pattern;
}

Vector HeldUnits::embedded(const Vector& inner_y) const {
    Vector y = levels_;
    for (std::size_t k = 0; k < kept_.size(); ++k) {
        if (face_[kept_[k]] == UnitState::Free) {
            y[kept_[k]] = inner_y[static_cast<Index>(k)];
        }
    }
    return y;
}

Pattern held_face(const Eigen::Ref<const Vector>& u) {
    Pattern face;
    for (const double value : u) {
        face.states.push_back(std::isfinite(value) ? UnitState::Free
                              : value > 0          ? UnitState::High
                                                   : UnitState::Low);
    }
    return face;
}

}  // namespace resdyn
