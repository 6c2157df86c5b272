/// @file
/// What moves for ever: limit cycles, closed orbits of conservative faces, heteroclinic cycles,
/// tori and chaos, sought where the face theorem allows them.
///
/// Method. Candidate faces come from the complete atlas (face_theorem.hpp); the open cube itself is
/// always searched, because its motion may approach the boundary. In each, seeded starts beside the
/// face's equilibrium and across the face are followed in pre-activations (face_flow.hpp) and told
/// apart, in this order:
///  - a logistic origin that is proved to attract every start of the face (global_attraction.hpp):
///    Settles, and none is followed;
///  - at rest within the face at a verified equilibrium: Settles;
///  - units that went to their levels for good are held from then on: the run belongs to a subface;
///  - a conservative face (p_i w_ij = −p_j w_ji on it, p > 0, decided exactly) with an inner
///    equilibrium has a constant of motion E = Σ p_i (F(u_i) − y*_i u_i): closed orbits, which are
///    never limit cycles;
///  - bounded u on a face with an equilibrium or a continuum inside (else nothing recurs in it): a
///    closed orbit by return map and shooting (numerics/periodic_orbit.hpp) whose other Floquet
///    multipliers lie inside the circle: LimitCycle; else rest at the face's equilibrium where that
///    attracts slowly; else, with three free units or more, the Lyapunov exponents of the flow
///    decide between Chaotic, QuasiPeriodic and Undecided. Motion whose distance to the equilibrium
///    or to the boundary still drifts is not quasi-periodic: Undecided is then the answer;
///  - growing |u|: stays near vertices; if their order repeats and is a cycle of the
///    connection graph: HeteroclinicCycle, with the growth of the stays beside the one predicted.
/// Whether a closed orbit of a face attracts across the face is decided by the rates of the face's
/// equilibrium y*: over a period the mean of y_F is y*_F, so the transverse multipliers are
/// e^{T λ_i(y*)} exactly.
/// The exponents of one start of each chaotic finding are measured until their error is what was
/// asked for. Two exact checks stand beside them: their sum is the mean divergence along the run,
/// and over a time T the mean of y_F is y*_F up to ‖W_FF⁻¹‖ |u(T) − u(0)|/T.
/// What it can miss: everything the starts do not come to, orbits that repel, motion slower than
/// the runs are long. No finding proves that there is none. Theory: doc/theory.md §5.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/numerics/lyapunov_exponents.hpp>
#include <resdyn/numerics/periodic_orbit.hpp>
#include <resdyn/recurrence/connections.hpp>
#include <resdyn/recurrence/dwells.hpp>
#include <resdyn/stable/attracting_faces.hpp>

namespace resdyn {

enum class Motion {
    Settles,            ///< at an equilibrium that attracts within the face.
    LimitCycle,         ///< an isolated closed orbit that attracts within its face.
    ClosedOrbit,        ///< one of a family, on a conservative face: a centre.
    HeteroclinicCycle,  ///< ever longer stays near the saddles of a cycle.
    QuasiPeriodic,      ///< several zero exponents, none positive, no closed orbit found.
    Chaotic,            ///< a positive leading exponent.
    Undecided,          ///< none of these within the run's length; see `evidence`.
};
/// "settles", "limit_cycle", "closed_orbit", "heteroclinic_cycle", "quasi_periodic", "chaotic",
/// "undecided".
std::string_view to_string(Motion motion);

struct RecurrentMotionOptions {
    Index max_dimension = 8;  ///< for the atlas and the connections; 1 … 10.
    Index max_faces = 64;     ///< candidate faces searched, in the order of patterns; >= 1.
    Index starts = 4;         ///< a face; >= 1.
    /// Of a run's windows, in units of 1/|μ|, μ the fastest eigenvalue within the face at its
    /// equilibrium (without one: of the slowest such equilibrium of the system); > 0.
    double duration = 400.0;
    double long_duration = 1e6;  ///< of runs that approach the boundary, in units of
                                 ///< 1/(|W|_inf max f'); >= duration.
    /// Standard error wanted of the leading exponent of chaotic motion: this share of its size, or
    /// `exponent_error` per unit of time, whichever is larger; >= 0.
    double exponent_share = 0.025;
    double exponent_error = 0.0;
    double exponent_time = 1e5;  ///< measured at most, in the units of `duration`; > 0.
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: all processors. The result does not depend on it.
    ConnectionOptions connections = {};
    /// Tolerances; its times are set from `duration`.
    ReturnOptions returns = {.tries = 2, .shooting = {.max_iterations = 12}};
};

/// What some starts of a face do. Starts that do the same are told once.
struct MotionFinding {
    Pattern face;      ///< where the motion lives: the face of the starts or one of its subfaces.
    Pattern searched;  ///< the face of the starts.
    Motion motion = Motion::Undecided;
    Index starts = 0;      ///< how many did this; 0: the image under y → −y of another (tanh).
    std::string evidence;  ///< one line.

    std::optional<Pattern> rest;         ///< Settles: at which equilibrium.
    std::optional<PeriodicOrbit> orbit;  ///< of the face's free units, in u.
    Matrix orbit_y;                      ///< its residuals, N×samples.
    std::vector<double> orbit_t;         ///< their times.
    /// Closed orbits: λ_i of the face's equilibrium at saturated units, in unit order: the mean
    /// logarithmic rates across the face. All negative: attracts in the cube.
    std::vector<double> transverse_rates;
    bool attracts_in_cube = false;       ///< closed orbits that attract within and across.
    std::optional<double> energy_drift;  ///< ClosedOrbit: relative, of E along the orbit.

    std::optional<LyapunovSpectrum> exponents;  ///< of the flow, where they were asked.
    double mean_error = -1.0;  ///< of that run: |ȳ_F − y*_F|_inf; −1 without an equilibrium inside.
    double mean_bound = -1.0;  ///< what it is at most in exact arithmetic; likewise.
    std::optional<LyapunovSpectrum>
        map_exponents;  ///< of the layer map from the same state, a layer.

    std::optional<std::size_t> cycle;  ///< HeteroclinicCycle: index in connections.cycles.
    std::vector<Dwell> stays;          ///< of that run.
    double measured_growth = 0.0;      ///< of stays from the last round but one to the last.
};

struct RecurrentMotion {
    /// The faces searched are those of a list of faces that can attract, with two free units or
    /// more; there is then neither an atlas nor a connection between equilibria.
    bool on_list = false;
    RecurrenceReport face_theorem;
    bool atlas_complete = false;
    Index faces_searched = 0;
    Index faces_not_searched = 0;  ///< candidates beyond max_faces.
    ConnectionGraph connections;
    std::vector<MotionFinding> findings;  ///< by searched face, then motion.

    Index count(Motion motion) const;  ///< findings of that motion.
};

/// Bounded activations, N <= max_dimension. Throws std::invalid_argument otherwise, or for options.
RecurrentMotion recurrent_motion(const ResidualSystem& system,
                                 const RecurrentMotionOptions& options = {});
/// On the faces of `list` alone, of a system of any size: where a trajectory of the open cube can
/// end compactly in one face. Heteroclinic cycles, which meet several, are not looked for.
RecurrentMotion recurrent_motion_on_list(const ResidualSystem& system, const AttractingFaces& list,
                                         const RecurrentMotionOptions& options = {});

}  // namespace resdyn
