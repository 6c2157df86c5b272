#include <resdyn/recurrence/recurrent_motion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/core/random.hpp>

#include "characteristic_speed.hpp"
#include "motion_exponents.hpp"
#include "motion_search.hpp"
#include "orbit_on_face.hpp"

namespace resdyn {

namespace {

constexpr double same_period = 1e-4;  // relative: two runs found one orbit
constexpr double same_place = 0.02;   // of an orbit's extent: likewise
constexpr double spread = 2.0;        // of u over a face's starts

void validate(const RecurrentMotionOptions& o) {
    require("recurrent_motion", o.max_dimension >= 1 && o.max_dimension <= 10,
            "1 <= max_dimension <= 10", static_cast<double>(o.max_dimension));
    require("recurrent_motion", o.max_faces >= 1 && o.starts >= 1, "max_faces >= 1 and starts >= 1",
            static_cast<double>(std::min(o.max_faces, o.starts)));
    require("recurrent_motion", std::isfinite(o.duration) && o.duration > 0,
            "duration finite and > 0", o.duration);
    require("recurrent_motion", std::isfinite(o.long_duration) && o.long_duration >= o.duration,
            "long_duration finite and >= duration", o.long_duration);
    require("recurrent_motion", o.exponent_share >= 0 && o.exponent_error >= 0,
            "exponent_share >= 0 and exponent_error >= 0",
            std::min(o.exponent_share, o.exponent_error));
    require("recurrent_motion", std::isfinite(o.exponent_time) && o.exponent_time > 0,
            "exponent_time finite and > 0", o.exponent_time);
}

/// Half the starts near the face's equilibrium, half across the face.
Vector start_of(const ResidualSystem& system, const ConnectionGraph& graph, const Pattern& face,
                Index k, Random& random) {
    const auto n = static_cast<Index>(face.free_units().size());
    Vector across = random.uniform_vector(n, -spread, spread);
    for (const Equilibrium& node : graph.nodes) {
        if (node.pattern == face && k % 2 == 0) {
            const Vector y = node.y(face.free_units());
            return inverse(system.activation(), y) + 0.05 * across;
        }
    }
    return across;
}

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

Pattern mirrored(Pattern pattern) {
    for (UnitState& state : pattern.states) {
        state = state == UnitState::Low    ? UnitState::High
                : state == UnitState::High ? UnitState::Low
                                           : state;
    }
    return pattern;
}

/// The image of a limit cycle under y → −y, which takes every solution of a tanh system to one.
MotionFinding mirrored(const MotionFinding& finding) {
    MotionFinding image = finding;
    image.face = mirrored(finding.face);
    image.searched = mirrored(finding.searched);
    image.starts = 0;
    image.evidence = "the image of another under y -> -y, a symmetry of tanh; " + finding.evidence;
    image.orbit->points *= -1.0;
    image.orbit_y *= -1.0;
    return image;
}

/// Adds those images that no start came to, each after its original.
void add_mirror_images(std::vector<MotionFinding>& findings) {
    std::vector<MotionFinding> all;
    for (const MotionFinding& finding : findings) {
        all.push_back(finding);
        if (finding.motion != Motion::LimitCycle) {
            continue;
        }
        MotionFinding image = mirrored(finding);
        const auto is_known = [&](const MotionFinding& f) { return alike(f, image); };
        if (std::none_of(findings.begin(), findings.end(), is_known) &&
            std::none_of(all.begin(), all.end(), is_known)) {
            all.push_back(std::move(image));
        }
    }
    findings = std::move(all);
}

}  // namespace

std::string_view to_string(Motion motion) {
    switch (motion) {
        case Motion::Settles:
            return "settles";
        case Motion::LimitCycle:
            return "limit_cycle";
        case Motion::ClosedOrbit:
            return "closed_orbit";
        case Motion::HeteroclinicCycle:
            return "heteroclinic_cycle";
        case Motion::QuasiPeriodic:
            return "quasi_periodic";
        case Motion::Chaotic:
            return "chaotic";
        case Motion::Undecided:
            return "undecided";
    }
    return "unknown";
}

Index RecurrentMotion::count(Motion motion) const {
    return std::count_if(findings.begin(), findings.end(),
                         [motion](const MotionFinding& f) { return f.motion == motion; });
}

RecurrentMotion recurrent_motion(const ResidualSystem& system,
                                 const RecurrentMotionOptions& options) {
    validate(options);
    const Atlas atlas = equilibrium_atlas(
        system, {.max_dimension = options.max_dimension, .threads = options.threads});
    RecurrentMotion result;
    result.face_theorem = atlas.recurrence;
    result.atlas_complete = atlas.complete;
    ConnectionOptions connections = options.connections;
    connections.max_dimension = options.max_dimension;
    connections.threads = options.threads;
    connections.seed = options.seed;
    result.connections = connection_graph(system, atlas, connections);

    std::vector<Pattern> faces = atlas.recurrence.candidates;
    const Pattern cube{
        std::vector<UnitState>(static_cast<std::size_t>(system.dimension()), UnitState::Free)};
    std::erase(faces, cube);
    faces.insert(faces.begin(), cube);
    const Index wanted =
        std::max(static_cast<Index>(faces.size()), atlas.recurrence.candidate_count());
    faces.resize(std::min(faces.size(), static_cast<std::size_t>(options.max_faces)));
    result.faces_searched = static_cast<Index>(faces.size());
    result.faces_not_searched = wanted - result.faces_searched;

    std::vector<MotionFinding> runs(faces.size() * static_cast<std::size_t>(options.starts));
    parallel_for(static_cast<Index>(runs.size()), options.threads, [&](Index task) {
        const Pattern& face = faces[static_cast<std::size_t>(task / options.starts)];
        Random random(options.seed, static_cast<std::uint64_t>(task));
        const Vector u0 = start_of(system, result.connections, face, task % options.starts, random);
        MotionFinding& run = runs[static_cast<std::size_t>(task)];
        run = motion_from(system, result.connections, atlas.continua, face, u0, options);
        run.searched = face;
        run.starts = 1;
    });
    std::vector<MotionFinding>& findings = result.findings;
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
    if (system.activation() == Activation::Tanh) {
        add_mirror_images(findings);
    }
    parallel_for(static_cast<Index>(findings.size()), options.threads, [&](Index k) {
        MotionFinding& finding = findings[static_cast<std::size_t>(k)];
        if (finding.exponents && finding.exponents->outcome == Outcome::ReachedEnd &&
            (finding.motion == Motion::Chaotic || finding.motion == Motion::QuasiPeriodic)) {
            const double speed = characteristic_speed(system, result.connections, finding.searched);
            measure_exponents(system, inner_equilibrium(result.connections, finding.face), speed,
                              options.duration / speed, options, finding);
        }
    });
    return result;
}

}  // namespace resdyn
