#include <resdyn/recurrence/recurrent_motion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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
constexpr double spread = 2.0;        // of u over a face's starts

void validate(const RecurrentMotionOptions& o) {
    const auto need = [](bool holds, const char* rule, double value) {
        if (!holds) {
            reject_argument("recurrent_motion", rule, fmt::format("{}", value));
        }
    };
    need(o.max_dimension >= 1 && o.max_dimension <= 10, "1 <= max_dimension <= 10",
         static_cast<double>(o.max_dimension));
    need(o.max_faces >= 1 && o.starts >= 1, "max_faces >= 1 and starts >= 1",
         static_cast<double>(std::min(o.max_faces, o.starts)));
    need(std::isfinite(o.duration) && o.duration > 0, "duration finite and > 0", o.duration);
    need(std::isfinite(o.long_duration) && o.long_duration >= o.duration,
         "long_duration finite and >= duration", o.long_duration);
    need(o.exponent_share >= 0 && o.exponent_error >= 0,
         "exponent_share >= 0 and exponent_error >= 0",
         std::min(o.exponent_share, o.exponent_error));
    need(std::isfinite(o.exponent_time) && o.exponent_time > 0, "exponent_time finite and > 0",
         o.exponent_time);
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

bool alike(const MotionFinding& a, const MotionFinding& b) {
    if (a.motion != b.motion || a.face != b.face || a.rest != b.rest || a.cycle != b.cycle) {
        return false;
    }
    if (a.motion == Motion::LimitCycle) {
        return std::abs(a.orbit->period - b.orbit->period) <= same_period * a.orbit->period &&
               std::abs(a.orbit->amplitude - b.orbit->amplitude) <= 1e-2 * a.orbit->amplitude;
    }
    return true;
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
