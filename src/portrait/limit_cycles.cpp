#include <resdyn/portrait/limit_cycles.hpp>

#include <algorithm>
#include <utility>

#include "cycle_search.hpp"

namespace resdyn {

namespace {

constexpr double same_orbit = 1e-3;  // of the levels' width: a run this near a known orbit is on it

/// u' = ± W f(u) of the two units drawn, the others held at their levels.
class PlaneFlow final : public VectorField {
  public:
    PlaneFlow(const ResidualSystem& system, const Slice& slice, double sign)
        : W_(sign * system.W()(slice.units, slice.units)), activation_(system.activation()) {
        Vector held = slice.origin;
        held[slice.units[0]] = held[slice.units[1]] = 0.0;
        load_ = sign * (system.W() * held)(slice.units);
    }
    Index dimension() const override { return 2; }
    Vector value(const Vector& u) const override { return W_ * activate(activation_, u) + load_; }
    Matrix jacobian(const Vector& u) const override {
        return W_ * slope(activation_, u).asDiagonal();
    }
    Matrix residuals(const Matrix& u) const { return activate(activation_, u); }
    double speed(const Vector& u) const {
        return slope(activation_, u).cwiseProduct(value(u)).lpNorm<Eigen::Infinity>();
    }

  private:
    Matrix W_;
    Vector load_ = {};
    Activation activation_;
};

/// The residuals of the two units drawn, in the plane's coordinates.
Vector on_plane(const Slice& slice, const Vector& y) {
    Vector q = slice.origin;
    q(slice.units) = y;
    return slice.coordinates(q);
}

}  // namespace

std::vector<LimitCycle> limit_cycles(const StateSpace& space, const Slice& slice, const Matrix& s) {
    const ResidualSystem& system = space.system();
    std::vector<LimitCycle> cycles;
    if (slice.kind != SliceKind::Units || slice.coordinate != Coordinate::Residual ||
        !is_bounded(system.activation()) || !slice.is_invariant()) {
        return cycles;
    }
    const Levels range = levels(system.activation());
    const CycleRuns runs{.near = same_orbit * (range.high - range.low)};
    for (const double sign : {1.0, -1.0}) {
        const PlaneFlow flow(system, slice, sign);
        std::vector<Vector> starts;
        for (Index k = 0; k < s.cols(); ++k) {
            Vector u = inverse(system.activation(), Vector(slice.at(s.col(k))(slice.units)));
            if (u.allFinite()) {  // on an edge: a line has no cycle
                starts.push_back(std::move(u));
            }
        }
        const CyclePlane plane{
            .place = [&](const Vector& u) { return on_plane(slice, flow.residuals(u)); },
            .speed = [&](const Vector& u) { return flow.speed(u); }};
        add_cycles(flow, sign, plane, starts, runs, cycles);
    }
    std::sort(cycles.begin(), cycles.end(),
              [](const LimitCycle& a, const LimitCycle& b) { return a.period < b.period; });
    return cycles;
}

}  // namespace resdyn
