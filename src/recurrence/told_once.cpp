#include "told_once.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace resdyn {

Pattern mirrored(Pattern pattern) {
    for (UnitState& state : pattern.states) {
        state = state == UnitState::Low    ? UnitState::High
                : state == UnitState::High ? UnitState::Low
                                           : state;
    }
    return pattern;
}

namespace {

constexpr double same_period = 1e-4;  // relative: two runs found one orbit
constexpr double same_place = 0.02;   // of an orbit's extent: likewise

/// The orbits lie on one curve: a point of b is on the polygon of a.
bool same_curve(const MotionFinding& a, const MotionFinding& b) {
    const Matrix& curve = a.orbit_y;
    const Vector point = b.orbit_y.col(0);
    const double extent =
        (curve.rowwise().maxCoeff() - curve.rowwise().minCoeff()).lpNorm<Eigen::Infinity>();
    double nearest = std::numeric_limits<double>::infinity();
    for (Index k = 0; k < curve.cols(); ++k) {
        const Vector from = curve.col(k);
        const Vector piece = curve.col((k + 1) % curve.cols()) - from;
        const double length = piece.squaredNorm();
        const double along =
            length > 0 ? std::clamp((point - from).dot(piece) / length, 0.0, 1.0) : 0.0;
        nearest = std::min(nearest, (point - from - along * piece).norm());
    }
    return nearest <= same_place * extent;
}

bool alike(const MotionFinding& a, const MotionFinding& b) {
    if (a.motion != b.motion || a.face != b.face || a.rest != b.rest || a.cycle != b.cycle) {
        return false;
    }
    if (a.motion == Motion::LimitCycle) {
        // Cycles of one period need not be one: a tanh system has each beside its mirror image.
        return std::abs(a.orbit->period - b.orbit->period) <= same_period * a.orbit->period &&
               same_curve(a, b);
    }
    return true;
}

/// The image of a limit cycle under y → −y, which takes every solution of a tanh system to one.
MotionFinding image_of(const MotionFinding& finding) {
    MotionFinding image = finding;
    image.face = mirrored(finding.face);
    image.searched = mirrored(finding.searched);
    image.starts = 0;
    image.evidence = "the image of another under y -> -y, a symmetry of tanh; " + finding.evidence;
    image.orbit->points *= -1.0;
    image.orbit_y *= -1.0;
    return image;
}

}  // namespace

void add_mirror_images(std::vector<MotionFinding>& findings) {
    std::vector<MotionFinding> all;
    for (const MotionFinding& finding : findings) {
        all.push_back(finding);
        if (finding.motion != Motion::LimitCycle) {
            continue;
        }
        MotionFinding image = image_of(finding);
        const auto is_known = [&](const MotionFinding& f) { return alike(f, image); };
        if (std::none_of(findings.begin(), findings.end(), is_known) &&
            std::none_of(all.begin(), all.end(), is_known)) {
            all.push_back(std::move(image));
        }
    }
    findings = std::move(all);
}

std::vector<MotionFinding> told_once(std::vector<MotionFinding> runs) {
    std::vector<MotionFinding> findings;
    for (MotionFinding& run : runs) {
        const auto known = std::find_if(
            findings.begin(), findings.end(),
            [&](const MotionFinding& f) { return f.searched == run.searched && alike(f, run); });
        if (known != findings.end()) {
            ++known->starts;
        } else {
            findings.push_back(std::move(run));
        }
    }
    return findings;
}

}  // namespace resdyn
