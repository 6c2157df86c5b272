"""What help() says of the compiled classes: what each is, and every attribute with its shape and
unit. Arrays are read-only views of the object's own memory and keep it alive."""

from __future__ import annotations

from . import _resdyn

_HELP = {
    "Atlas": """Every equilibrium of a residual system (`equilibrium_atlas`).

complete : bool                  every one of the 3^N patterns was decided, by proof
not_begun : bool                 predicted to cost more than was allowed
counts : AtlasCounts             of all, listed or not
decisions : AtlasDecisions       how many patterns were decided how
index : IndexCheck               the theorem of Poincare and Hopf, as a check
equilibria : list of Equilibrium those that `listing` asked for, by pattern
continua : list of Continuum     faces on which equilibria are not isolated
continua_found : int             of them, listed or not
not_listed : int                 equilibria beyond `max_listed`""",
    "AtlasCounts": """How many equilibria of which kind an atlas has.

total : int                      isolated equilibria
vertices, faces : int            without and with a free unit; there are 2^N vertices
stable : int                     hyperbolically stable in the flow
non_hyperbolic : int             with an eigenvalue on the imaginary axis
not_transversally_unstable : int that can be where a trajectory of the open cube ends
by_unstable_dimension : (N+1)    counts by the number of growing directions
by_size                          [free units][unstable dimension], (N+1) x (N+1)""",
    "AtlasDecisions": """How the patterns of an atlas were decided.

patterns, excluded_by_filter, found_by_filter, by_discs, exact : int
                                 all; by signs of bounds; by Gershgorin's discs; in exact arithmetic""",
    "BasinAttractor": """What a cell of a basin map comes to.

pattern : Pattern                of the equilibrium, or the face of a limit cycle
kind : str                       "equilibrium", "continuum" or "limit_cycle"
name : str                       the pattern, or the cycle with its period
proved : bool                    pattern, place and type decided exactly
y : (N)                          the equilibrium, or a point of it
type : str                       of the equilibrium
members : int                    cells or starts that came to it
period : float                   of a limit cycle, in time of the flow
orbit : (N x samples)            along it, the last point equal to the first""",
    "BasinMap": """Which attractor each cell of a plane comes to.

slice : Slice                    the plane
complete : bool                  every cell was followed
attractors : list of BasinAttractor
labels : (width x height) int    the attractor of a cell; negative: none, see the table "labels"
certified, by_proof : int        cells whose end is proved; of these not followed
proof : str                      how all starts end, where that is proved
cell_centre(i, j) : (2)          in the coordinates of the plane""",
    "ContinuationPoint": """A point of a followed curve of equilibria (`continue_equilibrium`).

alpha : float                    the parameter
x : (n)                          the equilibrium
residual : float                 |f(x, alpha)|_inf
eigenvalues : (n) complex        of df/dx, by decreasing real part
unstable : int                   how many have a positive real part
label : str                      "EP" end, "LP" fold, "BP" branch point, "HB" Hopf, "MX" no
                                 convergence; "" else""",
    "Continuum": """A face on which equilibria are not isolated.

pattern : Pattern                of the face
dimension : int                  of the set
point : (N)                      one of them, strictly inside the face
transverse : SpectralCounts      of the eigenvalues across it
flow_eigenvalues : (N) complex   at the point, in 1/time""",
    "Dataset": """Labelled data: Dataset(inputs, labels, name="arrays", classes=0).

inputs : (B x D)                 a sample a row, float32
labels : (B) int                 0 ... classes-1
classes : int
class_labels : list of str       what the source calls them; empty: 0 ... classes-1
width : int                      D
name, scaling : str              where it came from; what was done to the raw values
image_rows, image_cols : int     of image-shaped inputs, else 0
draw(count, seed) : Dataset      so many samples, each class with its share""",
    "Equilibrium": """An isolated equilibrium of the residual flow y' = g(y) * (W y), and of the layers.

pattern : Pattern                L, H or F by unit
y : (N)                          nearest doubles to the exact point
residual : float                 |g(y) * (W y)|_inf at y as stored
flow_eigenvalues : (N) complex   by decreasing real part, in 1/time
multipliers : (N) complex        of the layer map, by decreasing modulus
spectrum : SpectralCounts        of the flow; `free_spectrum`: of the free units' block
free_spectrum : SpectralCounts
type : str                       "stable_node", "saddle", "center", "non_hyperbolic" ...
on_continuum : bool              in the closure of a continuum of equilibria
proved : bool                    pattern, place and type were decided by proof""",
    "FieldAttractor": """What a cell of `field_basins` comes to.

name, kind : str                 "equilibrium 0"; "equilibrium" or "limit_cycle"
root : int                       which of the roots; -1 of a cycle
x : (n)                          the equilibrium, or a point of the cycle
type : str                       of an equilibrium
residual : float                 |f|_inf, or the shooting's largest mismatch
period, multiplier : float       of a cycle; its largest Floquet multiplier but for the trivial one
orbit : (n x samples)            along a cycle, the last point equal to the first
members : int                    cells""",
    "FieldCurve": """A separatrix of a vector field (`field_portrait`).

kind : str                       "unstable", or "stable": followed against time
origin : int                     the root that it belongs to
eigenvalue : float               of its direction, in 1/time
x : (n x points)                 from the root on
end, end_distance                the root that it ends at (or None), and |x - x*|_inf there
cut : str                        why it was cut: "none", "cycle", "itself", "turns"
left_box : bool                  it ends where it left the box""",
    "FieldEquilibrium": """An equilibrium on the plane of a portrait, or projected to it.

root : int                       which of the roots
at : (2)                         its place on the plane
distance : float                 from the plane""",
    "InputError": """A file or a name that cannot be read: a ValueError.""",
    "LimitCycle": """A closed orbit on a plane.

s : (2 x samples)                in the plane's coordinates, the last point equal to the first
period : float                   in time of the flow
multiplier : float               Floquet multiplier within the plane
attracts : bool                  it is below 1
residual : float                 the shooting's largest mismatch""",
    "LyapunovSpectrum": """Lyapunov exponents along a trajectory (`lyapunov_exponents`).

exponents, standard_errors : (k) per unit of time
limits, limit_errors : (k)       with a term m ln(t) fitted beside them
time : float                     measured
zero_floor : float               below which an exponent counts as zero
mean_divergence : float          along the run
divergence_error : float         |sum of the exponents - mean_divergence|: the check
outcome : str                    of the trajectory
end : (n)                        the last state
verdict : str                    "chaotic", "quasi_periodic", "one_zero", "all_negative",
                                 "undecided\"""",
    "NewtonResult": """How an iteration ended (`newton`, `slowest_point`).

x : (n)                          the last point
status : str                     "converged", "no_descent", "iteration_limit", "non_finite"
residual : float                 |f(x)|_inf; `residuals`: before each step and at the end
residuals : (iterations + 1)
iterations : int""",
    "Pattern": """Which units are Low, High and Free, a letter a unit, unit 0 first: Pattern("HLF").

free_units : list of int
is_vertex : bool                 no unit is free
len(pattern), str(pattern)       it is equal to the word that it is written as""",
    "PeriodicOrbit": """A closed orbit, by multiple shooting.

status : str                     "converged", "collapsed", "iteration_limit", "failed"
period : float
points : (n x segments)          at equal steps of time
residual : float                 largest mismatch of the segments
amplitude : float                largest range of a coordinate
multipliers : (n) complex        Floquet's, by decreasing modulus
trivial, trivial_error           which one is nearest 1, and its distance to 1: the check
stability : str                  "attracting", "repelling", "saddle", "non_hyperbolic"
iterations : int""",
    "Perceptron": """A multilayer perceptron of equally wide layers (`load`, `from_numpy`, `train`).

activation : str
depth, width, input_width, classes : int
has_shared_weights, has_readout : bool""",
    "ResidualNetwork": """x <- x + h A f(B x + b), layer by layer (`load`, `from_numpy`, `from_torch`, `train`).

activation : str
step : float                     h
depth : int                      L
width, hidden_width : int        N units of x, M residuals
input_width, classes : int       D and C; 0 without a read-out
has_shared_weights, has_readout : bool
tensors : dict of arrays         W or A and B, b, V, c, U, e (by layer where they differ)
logits(data) : (B x C)           of data (B x D)
with_changes(activation, step, depth)
                                 a copy""",
    "ResidualSystem": """ResidualSystem(W, activation="logistic", step=1.0): what the residuals y = f(u) obey.

u' = W f(u), y' = g(y) * (W y); layer by layer u <- u + h W f(u).

dimension : int                  N
W : (N x N)
activation : str
step : float                     h
residual_velocity(y), residual_jacobian(y)
                                 of the flow in y, (N) and (N x N)
residual_map(y), residual_map_jacobian(y)
                                 one layer in y
preactivation_velocity(u), preactivation_jacobian(u), preactivation_map(u),
preactivation_map_jacobian(u)    the same in u""",
    "ResourceError": """Something of the environment failed, or an interrupt ended the work: an OSError.""",
    "Root": """A root of a vector field (`find_roots`).

x : (n)
residual : float                 |f(x)|_inf
eigenvalues : (n) complex        of the Jacobian, by decreasing real part
spectrum : SpectralCounts
type : str                       "stable_focus", "saddle" ...
smallest_singular_value : float  of the Jacobian
singular : bool                  a multiple root, or one of a continuum
round, starts : int              in which it was found first (0: plain Newton); starts that came
                                 to it then""",
    "RootSearchResult": """What `find_roots` found.

roots : list of Root             by coordinates
slow : list of SlowPoint         minima of the speed that are no roots
starts, at_roots, at_slow_points, outliers, fast_minima, iteration_limit, non_finite : int
                                 what became of the starts
rounds : int                     of deflation""",
    "SettleResult": """Where starts came to rest (`settle`).

groups : list                    equilibrium and the starts (members) that reached it
continua : list                  likewise of continua, with the spread of the ends
passages : list                  slow starts: start, the equilibrium near, the distance
outcomes : list of str           one a start: "settled", "slow", "unsettled" ...
steps : (starts) int             layers, or steps of the flow
t : (starts)                     time at the end
final_speed : (starts)           change of y a layer, or |y'|_inf, at the end
certified : int                  settled starts whose convergence is proved
by_proof, proof : int, str       starts not followed, and how all of them end""",
    "Simulation": """One run of `trajectory`.

t : (samples)                    time; of layers n h
x : (N x samples)                activities, where the start was x0; else without columns
u, y : (M x samples)             pre-activations and residuals
outcome : str                    "reached_end", "step_limit" ...
final_speed : float              |y'|_inf, or the change of y a layer, at the end
steps, rejected : int
rest : Equilibrium or None       the verified stable equilibrium that it has come to rest at
starts_at, start_distance        the equilibrium that the start lies on, or None, and how near
limit_distance : float           |y - y*|_inf at the end to where it is proved to end; -1: not proved""",
    "Slice": """A plane in the space of states: origin + basis @ s.

about : str                      what it is
origin : (n)
basis : (n x 2)                  orthonormal columns""",
    "SlowPoint": """A minimum of the speed that is no root.

x : (n)
q : float                        |f|^2 / 2 there
gradient : float                 |J^T f|_inf: how nearly it is a minimum
eigenvalues : (n) complex        of the Jacobian
starts : int                     that came to it""",
    "SpectralCounts": """How many eigenvalues lie where.

unstable, stable, neutral : int  real part above, below, at 0
zero : int                       of the neutral ones, 0 itself
all_real : bool
is_hyperbolic : bool             none is neutral
is_stable : bool                 all are stable""",
    "StableSearch": """All hyperbolically stable equilibria (`stable_equilibria`).

end : str                        "complete", or why not
complete : bool                  no other stable equilibrium exists
work                             nodes, leaves, exact_decisions
stable_vertices, stable_faces : int
                                 without and with a free unit; `stable`: both
stable : int
marginal : int                   not hyperbolic, without an unstable eigenvalue
equilibria : list of Equilibrium at most `max_listed`; `all_listed`: these are all
all_listed : bool
by_signs : bool                  proved from the signs of W alone""",
    "Trajectory": """A run of x' = f(x) (`integrate`).

t : (samples)
x : (n x samples)
outcome : str                    "reached_end", "at_rest", "step_limit", "step_underflow",
                                 "non_finite"
residual : float                 |f(x)|_inf at the end
steps, rejected : int            taken, and refused by the error control""",
    "TwoClocks": """One equilibrium on both clocks, flow and layers (`spectrum`).

pairs : list                     eigenvalue, multiplier and unit, one for each of N
flow, map : SpectralCounts       map: unstable where |m| > 1
flow_type, map_type : str
proved : bool                    both counts were decided exactly
map_margin : float               smallest ||m| - 1|
largest_stable_step : float or None
                                 h*: up to it the layers keep the flow's stability; None: the flow
                                 is not stable
largest_stable_step_proved : bool
culprit                          the pair that makes it unstable, or sets h*
growth                           transient growth of the free block""",
}

for _name, _text in _HELP.items():
    getattr(_resdyn, _name).__doc__ = _text
