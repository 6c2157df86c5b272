/// @file
/// What never rests, in the flow and in the network, on every face of the cube that can attract.
///
/// Where: if a trajectory of the open cube (flow or network, any step) ends compactly inside one
/// open face, that face is on the list of attracting_faces.hpp, which is finite, exact and proved
/// complete where the search ends. Equilibria, cycles, tori and chaos are covered alike. Limit sets
/// that meet several faces (heteroclinic cycles) are not: recurrent_motion.hpp looks for those.
///
/// How, on each listed face and each clock: seeded starts beside the face's equilibrium and across
/// the face are followed in pre-activations. The flow's are told apart as in recurrent_motion.hpp.
/// The network's:
///  - at rest at the face's equilibrium, whose multipliers lie inside the circle: Settles;
///  - units that went to their levels for good are held from then on: the run belongs to a subface;
///  - back at its state after p layers, and Newton (map_cycle.hpp) finds an attracting cycle there:
///    Cycle;
///  - else its Lyapunov exponents decide: positive: Chaotic; one or more zero, the others negative,
///    two free units or more and an extent that has ceased to change: TorusLike; all negative:
///    longer periods are tried; else Undecided.
/// Beside what starts come to, cycles of the network are sought where flips give birth to them:
/// along the eigenvector of every real multiplier below −1, of the face's equilibrium and of every
/// cycle found, seeds of twice the period at several amplitudes are refined (Newton), whatever
/// their stability: period 2, 4, 8 …, some 40 of a face at most.
/// Of every cycle the mean and the multipliers across the face are known exactly and stand beside
/// what was measured. The image of a cycle under y → −y (tanh) is listed with it.
///
/// What it can miss: cycles that neither attract a start nor come from a flip, cycles longer than
/// `max_period`, motion slower than the runs are long. No finding proves that there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/model/clock.hpp>
#include <resdyn/recurrence/map_cycle.hpp>
#include <resdyn/recurrence/recurrent_motion.hpp>
#include <resdyn/stable/attracting_faces.hpp>

namespace resdyn {

class Farm;

/// What starts of a face were seen to do; of several, the last in this order.
enum class FaceVerdict {
    Settles,    ///< at an equilibrium, on this face or on one of its subfaces.
    Undecided,  ///< none of the others within the runs' length; see the finding's evidence.
    Cycle,      ///< a closed orbit of the flow, a p-cycle of the network.
    TorusLike,  ///< bounded, not periodic, no positive exponent.
    Chaotic,    ///< a positive leading exponent.
};
/// "settles", "undecided", "cycle", "torus_like", "chaotic".
std::string_view to_string(FaceVerdict verdict);
/// Of one finding of the flow. HeteroclinicCycle is Undecided here: it is no motion of one face.
FaceVerdict verdict_of(Motion motion);

struct CycleSearchOptions {
    bool flow = true;       ///< search the flow,
    bool network = true;    ///< and the layer map.
    Index starts = 6;       ///< a face and clock; >= 1.
    Index max_faces = 256;  ///< listed faces searched, in the order of patterns; >= 1.
    /// Work that the search may take, in seconds of one processor of 2022 as predicted_seconds
    /// counts them: faces are searched in that order while their sum is within it; >= 0, 0: no
    /// limit.
    double max_seconds = 0.0;
    std::uint64_t max_nodes = 0;  ///< of the search for the list; 0: no limit.
    Index max_period = 64;        ///< of the network's cycles, layers; 1 … 512.
    Index max_born_period = 16;   ///< of those sought from flips; 1 … max_period.
    double duration = 400.0;      ///< of a run's windows, as in RecurrentMotionOptions; > 0.
    double exponent_share =
        0.05;  ///< standard error wanted of chaotic exponents of the flow; >= 0.
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    /// Where faces are searched (work/farm.hpp), as a job "cycles": a task is a start of a face on
    /// one clock, or its flips; null: in threads. The list of faces, the exponents of chaos and
    /// what is told once are the caller's. Where it does a shard, or is stopped, the result means
    /// nothing: farm->progress() tells.
    Farm* farm = nullptr;
};

/// What some starts of a face do under the layer map. Starts that do the same are told once; a
/// cycle is told once with the starts of every face that came to it.
struct MapFinding {
    Pattern face;      ///< where the motion lives: the face of the starts or one of its subfaces.
    Pattern searched;  ///< the face of the (first) starts.
    FaceVerdict motion = FaceVerdict::Undecided;
    Index starts = 0;  ///< 0: found from a flip, or the image of another under y → −y (tanh).
    std::string evidence;  ///< one line.

    std::optional<Pattern> rest;                ///< Settles: at which equilibrium.
    std::optional<MapCycle> cycle;              ///< Cycle.
    std::optional<LyapunovSpectrum> exponents;  ///< a layer, where they were asked.
    double mean_error = -1.0;  ///< with exponents: |ȳ_F − y*_F|_inf over a run of its length;
    double mean_bound = -1.0;  ///< what it is at most. −1 without an isolated equilibrium inside.
};

/// One face of the list.
struct FaceMotions {
    AttractingFace face;
    bool searched = false;               ///< a face without free units holds one point only.
    std::optional<FaceVerdict> flow;     ///< of the starts on it.
    std::optional<FaceVerdict> network;  ///< likewise.
    std::vector<double> flips;           ///< h at which its equilibrium has a multiplier −1.
};

struct Cycles {
    AttractingFaces list;            ///< with its proof: see AttractingFaces.
    std::vector<FaceMotions> faces;  ///< one for each of list.faces.
    Index faces_searched = 0;
    Index faces_not_searched = 0;     ///< beyond max_faces or max_seconds.
    std::vector<MotionFinding> flow;  ///< by searched face.
    std::vector<MapFinding> network;  ///< likewise.

    /// Closed orbits of the flow, or cycles of the network.
    Index cycle_count(Clock clock) const;
};

/// What a face of so many free units is predicted to take: an average of Gaussian matrices, which a
/// face that settles needs a tenth of and one with slow motion ten times. It counts starts and does
/// not time them, so that what is searched is the same on every machine; of runs and periods as
/// long as the defaults, and what is sought from flips is not counted. free_units >= 1.
double predicted_seconds(Index free_units, const CycleSearchOptions& options);

/// Bounded activations. Throws std::invalid_argument otherwise, or for options.
Cycles find_cycles(const ResidualSystem& system, const CycleSearchOptions& options = {});

}  // namespace resdyn
