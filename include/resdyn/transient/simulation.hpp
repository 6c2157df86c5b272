/// @file
/// One trajectory of a residual network on either clock: the flow (h → 0) or the layer map, from a
/// given activity x_0, pre-activation u_0 or residual y_0.
///
/// Integrated in x where x_0 is given, else in u: a residual that rounds to its level would never
/// leave it. A start that lies on a face of the cube (y_i at a level exactly) stays there, as it
/// does in exact arithmetic: those units are held and u_i = ±∞ is reported. What the run cannot
/// say: being slow at the end does not prove rest; see `rest` and settling/settle.hpp.
#pragma once

#include <optional>

#include <resdyn/model/clock.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/global_attraction.hpp>
#include <resdyn/settling/settle.hpp>

namespace resdyn {

/// Which variable the start is given in.
enum class StartVariable { Activity, Preactivation, Residual };

struct SimulationOptions {
    Clock clock = Clock::Flow;
    StartVariable start = StartVariable::Residual;
    double t_end = 40.0;        ///< flow: final time, >= 0.
    Index layers = 100;         ///< map: layers to run, >= 0; layer n stands at t = n h.
    double rel_tol = 1e-9;      ///< flow: relative error per step, > 0.
    double abs_tol = 1e-12;     ///< flow: absolute error per step in x or u, > 0.
    Index max_steps = 1000000;  ///< flow: steps tried, >= 1.
    Index samples = 0;          ///< flow: equally spaced times recorded, >= 2; 0: every step.
    double settle_tol = 1e-6;   ///< |y − y*|_inf that counts as at an equilibrium; in (0, 0.1).
};

struct Simulation {
    std::vector<double> t;  ///< times of the samples; t[0] = 0.
    Matrix x;               ///< N×samples; 0 columns unless the start was x_0.
    Matrix u;               ///< M×samples.
    Matrix y;               ///< M×samples.
    Outcome outcome = Outcome::ReachedEnd;
    double final_speed = -1.0;  ///< flow: |y'|_inf at the end; map: |y_{n+1} − y_n|_inf.
    Index steps = 0;            ///< accepted steps, or layers.
    Index rejected = 0;
    /// The verified equilibrium that the end has come to rest at, stable on this clock; empty if
    /// the motion has not settled (or the activation is unbounded, where this is not decided).
    std::optional<Equilibrium> rest;
    /// The equilibrium of its pattern that the start lies on, to settle_tol; of any type, so that a
    /// run that seems not to move is not taken for one that has settled. Empty if there is none,
    /// for more than 12 free units (not decided), and for unbounded activations.
    std::optional<Equilibrium> starts_at;
    double start_distance = 0.0;  ///< |y_0 − y*|_inf, of starts_at.
    /// Where the run is proved to end, though it is not there yet: an equilibrium that attracts
    /// every start of the open cube, or of the face of the units held at a level
    /// (global_attraction.hpp).
    std::optional<ProvedLimit> limit;
    double limit_distance = -1.0;  ///< |y − y*|_inf at the end; −1 without a limit.
};

/// Runs the network's block (shared weights) from `start`: size N for x_0, M for u_0 and y_0.
/// Throws std::invalid_argument for wrong sizes, values outside the range of f, or options.
Simulation simulate(const ResidualNetwork& network, const Vector& start,
                    const SimulationOptions& options = {});

}  // namespace resdyn
