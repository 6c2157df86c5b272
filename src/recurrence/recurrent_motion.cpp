#include <resdyn/recurrence/recurrent_motion.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "characteristic_speed.hpp"
#include "core/parallel.hpp"
#include "motion_exponents.hpp"
#include "motion_search.hpp"
#include "orbit_on_face.hpp"
#include "told_once.hpp"

namespace resdyn {

namespace {

constexpr double spread = 2.0;  // of u over a face's starts

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

/// Follows starts on the first of these faces, of which there are `wanted`; result.connections
/// holds the equilibria already.
void search_faces(const ResidualSystem& system, std::vector<Pattern> faces, Index wanted,
                  const RecurrentMotionOptions& options, RecurrentMotion& result) {
    faces.resize(std::min(faces.size(), static_cast<std::size_t>(options.max_faces)));
    result.faces_searched = static_cast<Index>(faces.size());
    result.faces_not_searched = wanted - result.faces_searched;
    const FaceSolver solver(system);
    std::vector<MotionFinding> runs(faces.size() * static_cast<std::size_t>(options.starts));
    parallel_for(static_cast<Index>(runs.size()), options.threads, [&](Index task) {
        const Pattern& face = faces[static_cast<std::size_t>(task / options.starts)];
        Random random(options.seed, static_cast<std::uint64_t>(task));
        const Vector u0 = start_on_face(system, face, inner_equilibrium(solver, face),
                                        task % options.starts, spread, random);
        MotionFinding& run = runs[static_cast<std::size_t>(task)];
        run = motion_from(system, solver, result.connections, face, u0, options);
        run.searched = face;
        run.starts = 1;
    });
    std::vector<MotionFinding>& findings = result.findings;
    findings = told_once(std::move(runs));
    if (system.activation() == Activation::Tanh) {
        add_mirror_images(findings);
    }
    parallel_for(static_cast<Index>(findings.size()), options.threads, [&](Index k) {
        MotionFinding& finding = findings[static_cast<std::size_t>(k)];
        if (finding.exponents && finding.exponents->outcome == Outcome::ReachedEnd &&
            (finding.motion == Motion::Chaotic || finding.motion == Motion::QuasiPeriodic)) {
            const double speed = characteristic_speed(system, result.connections, finding.searched);
            measure_exponents(system, inner_equilibrium(solver, finding.face), speed,
                              options.duration / speed, options, finding);
        }
    });
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
    search_faces(system, faces, wanted, options, result);
    return result;
}

RecurrentMotion recurrent_motion_on_list(const ResidualSystem& system, const AttractingFaces& list,
                                         const RecurrentMotionOptions& options) {
    validate(options);
    RecurrentMotion result;
    result.on_list = true;
    result.connections.nodes = isolated_equilibria(FaceSolver(system), list);
    std::vector<Pattern> faces;
    for (const AttractingFace& face : list.faces) {
        if (face.pattern.free_units().size() >= 2) {
            faces.push_back(face.pattern);
        }
    }
    const auto wanted = static_cast<Index>(faces.size());
    search_faces(system, std::move(faces), wanted, options, result);
    return result;
}

}  // namespace resdyn
