#include <resdyn/recurrence/cycles.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/work/farm.hpp>

#include "characteristic_speed.hpp"
#include "core/parallel.hpp"
#include "flip_births.hpp"
#include "formats/sha256.hpp"
#include "map_motion.hpp"
#include "model/weights_hash.hpp"
#include "motion_exponents.hpp"
#include "motion_fields.hpp"
#include "motion_search.hpp"
#include "orbit_on_face.hpp"
#include "told_once.hpp"

namespace resdyn {

namespace {

constexpr double face_spread = 2.0;    // of u over a face's starts
constexpr double boundary_runs = 1e5;  // RecurrentMotionOptions::long_duration
constexpr Index longest_period = 512;

// Of a start, in seconds of one processor of 2022: measured means over Gaussian matrices.
constexpr double flow_start_seconds = 4e-4;     // times the square of the free units
constexpr double network_start_seconds = 2e-4;  // likewise

void validate(const ResidualSystem& system, const CycleSearchOptions& o) {
    require_bounded("cycles", system.activation());
    require_at_least("starts", o.starts, 1);
    require_at_least("max_faces", o.max_faces, 1);
    require("max_period", o.max_period >= 1 && o.max_period <= longest_period,
            fmt::format("a whole number from 1 to {}", longest_period),
            fmt::format("{}", o.max_period));
    require("max_born_period", o.max_born_period >= 1 && o.max_born_period <= o.max_period,
            "a whole number from 1 to max_period", fmt::format("{}", o.max_born_period));
    require("max_seconds", o.max_seconds >= 0, "a number >= 0", o.max_seconds);
    require("duration", std::isfinite(o.duration) && o.duration > 0, "a finite number > 0",
            o.duration);
    require("exponent_share", o.exponent_share >= 0, "a number >= 0", o.exponent_share);
}

bool is_alike(const MapFinding& a, const MapFinding& b) {
    if (a.cycle && b.cycle) {
        return is_same_cycle(*a.cycle, *b.cycle);
    }
    return a.searched == b.searched && a.motion == b.motion && a.face == b.face && a.rest == b.rest;
}

void tell(std::vector<MapFinding>& findings, MapFinding run) {
    const auto known = std::find_if(findings.begin(), findings.end(),
                                    [&](const MapFinding& f) { return is_alike(f, run); });
    if (known != findings.end()) {
        known->starts += run.starts;
    } else {
        findings.push_back(std::move(run));
    }
}

/// The image of a cycle under y → −y, which takes every motion of a tanh network to one. It begins
/// with the point of smallest first unit, as every cycle does.
MapFinding image_of(const MapFinding& finding) {
    MapFinding image = finding;
    image.face = mirrored(finding.face);
    image.searched = mirrored(finding.searched);
    image.starts = 0;
    image.evidence = "the image of another under y -> -y, a symmetry of tanh; " + finding.evidence;
    MapCycle& cycle = *image.cycle;
    cycle.face = image.face;
    Index first = 0;
    finding.cycle->u.row(0).maxCoeff(&first);
    for (Index n = 0; n < cycle.period(); ++n) {
        const Index from = (first + n) % cycle.period();
        cycle.u.col(n) = -finding.cycle->u.col(from);
        cycle.y.col(n) = -finding.cycle->y.col(from);
    }
    cycle.mean = -cycle.mean;
    return image;
}

void add_images(std::vector<MapFinding>& findings) {
    std::vector<MapFinding> all = findings;
    for (const MapFinding& finding : findings) {
        if (finding.cycle) {
            const MapFinding image = image_of(finding);
            const auto is_known = [&](const MapFinding& f) {
                return f.cycle && is_same_cycle(*f.cycle, *image.cycle);
            };
            if (std::none_of(all.begin(), all.end(), is_known)) {
                all.push_back(image);
            }
        }
    }
    findings = std::move(all);
}

std::vector<double> flips_of(const AttractingFace& face) {
    std::vector<double> flips;
    for (const Complex mu : face.inside_eigenvalues) {
        if (face.is_isolated() && mu.imag() == 0 && mu.real() < 0) {
            flips.push_back(-2.0 / mu.real());
        }
    }
    std::sort(flips.begin(), flips.end());
    return flips;
}

class FaceSearch {
  public:
    FaceSearch(const ResidualSystem& system, const CycleSearchOptions& options,
               const AttractingFaces& list)
        : system_(system), options_(options), solver_(system) {
        graph_.nodes = isolated_equilibria(solver_, list);
        flow_options_.duration = options.duration;
        flow_options_.long_duration = std::max(options.duration, boundary_runs);
        flow_options_.exponent_share = options.exponent_share;
        flow_options_.seed = options.seed;
    }

    MotionFinding flow_run(const Pattern& face, Index k, Random random) const {
        MotionFinding run;
        if (face.free_units().size() == 1 && inner_equilibrium(solver_, face)) {
            run.face = face;
            run.motion = Motion::Settles;
            run.rest = face;
            run.evidence = "one free unit, on which the flow is monotone between equilibria";
        } else {
            const Vector u0 = start_on_face(system_, face, inner_equilibrium(solver_, face), k,
                                            face_spread, random);
            run = motion_from(system_, solver_, graph_, face, u0, flow_options_);
        }
        run.searched = face;
        run.starts = 1;
        return run;
    }

    MapFinding network_run(const Pattern& face, Index k, Random random) const {
        const FaceFlow flow(system_, face);
        const double reach =
            system_.step() *
            (flow.block().cwiseAbs().rowwise().sum() + flow.load().cwiseAbs()).maxCoeff();
        const Vector u0 = start_on_face(system_, face, inner_equilibrium(solver_, face), k,
                                        face_spread * std::max(1.0, reach), random);
        MapFinding run = map_motion_from(system_, solver_, face, u0,
                                         characteristic_speed(system_, graph_, face), options_);
        run.searched = face;
        run.starts = 1;
        return run;
    }

    std::vector<MapFinding> born(const Pattern& face) const {
        std::vector<MapFinding> findings;
        const auto y = inner_equilibrium(solver_, face);
        if (!y) {
            return findings;
        }
        for (MapCycle& cycle : cycles_born_by_flips(system_, face, *y, options_.max_born_period)) {
            MapFinding& finding = findings.emplace_back();
            finding.face = face;
            finding.searched = face;
            finding.motion = FaceVerdict::Cycle;
            finding.evidence =
                fmt::format("from a flip: period {}, residual {:.1e}, {} inside the face",
                            cycle.period(), cycle.residual, to_string(cycle.stability));
            finding.cycle = std::move(cycle);
        }
        return findings;
    }

    /// Exponents of chaos and tori of the flow, to the error that was asked for.
    void measure(MotionFinding& finding) const {
        if (finding.exponents && finding.exponents->outcome == Outcome::ReachedEnd &&
            (finding.motion == Motion::Chaotic || finding.motion == Motion::QuasiPeriodic)) {
            const double speed = characteristic_speed(system_, graph_, finding.searched);
            measure_exponents(system_, inner_equilibrium(solver_, finding.face), speed,
                              options_.duration / speed, flow_options_, finding);
        }
    }

  private:
    const ResidualSystem& system_;
    const CycleSearchOptions& options_;
    FaceSolver solver_;
    ConnectionGraph graph_;  ///< its equilibria alone: they measure speeds, runs may rest there.
    RecurrentMotionOptions flow_options_;
};

/// What one task sees: a run of the flow, or of the network, or its cycles born by flips.
using SeenByTask = std::pair<std::vector<MotionFinding>, std::vector<MapFinding>>;

/// All that a task's bytes depend on.
Job job_of(const ResidualSystem& system, const CycleSearchOptions& options,
           const std::vector<Pattern>& faces) {
    return {.name = "cycles",
            .identity = {{"activation", std::string(to_string(system.activation()))},
                         {"bytes of a task", "cycles 1"},
                         {"clocks", fmt::format("{}{}, h = {}", options.flow ? "flow " : "",
                                                options.network ? "map" : "", system.step())},
                         {"faces", sha256(task_bytes(faces))},
                         {"periods", fmt::format("{}, from flips {}", options.max_period,
                                                 options.max_born_period)},
                         {"runs", fmt::format("{} starts, duration {}, exponents to {}, seed {}",
                                              options.starts, options.duration,
                                              options.exponent_share, options.seed)},
                         {"weights", weights_hash(system)}}};
}

void raise(std::optional<FaceVerdict>& verdict, FaceVerdict seen) {
    verdict = verdict ? std::max(*verdict, seen) : seen;
}

}  // namespace

std::string_view to_string(FaceVerdict verdict) {
    switch (verdict) {
        case FaceVerdict::Settles:
            return "settles";
        case FaceVerdict::Undecided:
            return "undecided";
        case FaceVerdict::Cycle:
            return "cycle";
        case FaceVerdict::TorusLike:
            return "torus_like";
        case FaceVerdict::Chaotic:
            return "chaotic";
    }
    return "unknown";
}

FaceVerdict verdict_of(Motion motion) {
    switch (motion) {
        case Motion::Settles:
            return FaceVerdict::Settles;
        case Motion::LimitCycle:
        case Motion::ClosedOrbit:
            return FaceVerdict::Cycle;
        case Motion::QuasiPeriodic:
            return FaceVerdict::TorusLike;
        case Motion::Chaotic:
            return FaceVerdict::Chaotic;
        case Motion::HeteroclinicCycle:
        case Motion::Undecided:
            return FaceVerdict::Undecided;
    }
    return FaceVerdict::Undecided;
}

Index Cycles::cycle_count(Clock clock) const {
    return clock == Clock::Flow
               ? std::count_if(flow.begin(), flow.end(),
                               [](const MotionFinding& f) {
                                   return verdict_of(f.motion) == FaceVerdict::Cycle;
                               })
               : std::count_if(network.begin(), network.end(),
                               [](const MapFinding& f) { return f.motion == FaceVerdict::Cycle; });
}

double predicted_seconds(Index free_units, const CycleSearchOptions& options) {
    const auto m = static_cast<double>(free_units);
    return static_cast<double>(options.starts) * m * m *
           ((options.flow ? flow_start_seconds : 0.0) +
            (options.network ? network_start_seconds : 0.0));
}

Cycles find_cycles(const ResidualSystem& system, const CycleSearchOptions& options) {
    validate(system, options);
    Cycles result;
    result.list =
        attracting_faces(system, {.max_nodes = options.max_nodes, .threads = options.threads});
    std::vector<std::size_t> searched;
    double predicted = 0.0;
    bool affordable = true;
    for (const AttractingFace& face : result.list.faces) {
        FaceMotions& one = result.faces.emplace_back();
        one.face = face;
        one.flips = flips_of(face);
        const bool moves = !face.pattern.is_vertex();
        if (moves && affordable) {
            predicted +=
                predicted_seconds(static_cast<Index>(face.pattern.free_units().size()), options);
            affordable = static_cast<Index>(searched.size()) < options.max_faces &&
                         (options.max_seconds == 0 || predicted <= options.max_seconds);
        }
        one.searched = moves && affordable;
        result.faces_not_searched += moves && !one.searched ? 1 : 0;
        if (one.searched) {
            searched.push_back(result.faces.size() - 1);
        }
    }
    result.faces_searched = static_cast<Index>(searched.size());

    // A face's tasks: its starts in the flow, its starts in the network, its flips.
    const FaceSearch search(system, options, result.list);
    std::vector<Pattern> faces;
    for (const std::size_t k : searched) {
        faces.push_back(result.faces[k].face.pattern);
    }
    const Index a_face = 2 * options.starts + 1;
    const Index tasks = result.faces_searched * a_face;
    const auto seen_by = [&](Index task) {
        const Pattern& face = faces[static_cast<std::size_t>(task / a_face)];
        const Index k = task % a_face;
        const Random random(options.seed, static_cast<std::uint64_t>(task));
        SeenByTask seen;
        if (k < options.starts) {
            if (options.flow) {
                seen.first.push_back(search.flow_run(face, k, random));
            }
        } else if (options.network) {
            if (k < 2 * options.starts) {
                seen.second.push_back(search.network_run(face, k - options.starts, random));
            } else {
                seen.second = search.born(face);
            }
        }
        return seen;
    };
    std::vector<SeenByTask> runs(static_cast<std::size_t>(tasks));
    if (options.farm != nullptr) {
        FarmWork work{.threads = options.threads, .stop_requested = interrupt_requested};
        work.task = [&](Index k) { return task_bytes(seen_by(k)); };
        work.fold = [&](Index k, std::string_view bytes) {
            runs[static_cast<std::size_t>(k)] = task_result<SeenByTask>(bytes);
        };
        Job job = job_of(system, options, faces);
        job.tasks = tasks;
        if (!options.farm->run(job, work).complete() || options.farm->is_shard()) {
            return result;
        }
    } else {
        parallel_for(tasks, options.threads,
                     [&](Index k) { runs[static_cast<std::size_t>(k)] = seen_by(k); });
    }
    std::vector<MotionFinding> flow_runs;
    for (Index task = 0; task < tasks; ++task) {
        FaceMotions& face = result.faces[searched[static_cast<std::size_t>(task / a_face)]];
        SeenByTask& seen = runs[static_cast<std::size_t>(task)];
        std::move(seen.first.begin(), seen.first.end(), std::back_inserter(flow_runs));
        for (MapFinding& run : seen.second) {
            if (run.starts > 0) {
                raise(face.network, run.motion);
            }
            tell(result.network, std::move(run));
        }
    }
    for (const MotionFinding& run : flow_runs) {
        const auto face =
            std::find_if(result.faces.begin(), result.faces.end(),
                         [&](const FaceMotions& one) { return one.face.pattern == run.searched; });
        raise(face->flow, verdict_of(run.motion));
    }
    result.flow = told_once(std::move(flow_runs));
    if (system.activation() == Activation::Tanh) {
        add_mirror_images(result.flow);
        add_images(result.network);
    }
    parallel_for(static_cast<Index>(result.flow.size()), options.threads,
                 [&](Index k) { search.measure(result.flow[static_cast<std::size_t>(k)]); });
    return result;
}

}  // namespace resdyn
