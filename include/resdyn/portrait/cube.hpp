/// @file
/// The cube of residuals of three units: equilibria, separatrices and trajectories in space, seen
/// in parallel projection.
///
/// Method: all isolated equilibria and continua from the complete atlas, the curves of
/// separatrix.hpp, and each trajectory integrated in u (Dormand–Prince, integrate.hpp) and mapped
/// to y = f(u) at evenly spaced times, beside the layers u + h W f(u) from the same start. The view
/// is an orthogonal projection: lengths along the line of sight are lost. Manifolds of dimension
/// two, which divide basins wherever a saddle has two stable directions, are not computed; continua
/// are listed, not drawn. Reference for the projection: J. D. Foley et al., Computer Graphics
/// (1990), section 6.1.
#pragma once

#include <cstdint>

#include <resdyn/portrait/cycle_basins.hpp>
#include <resdyn/portrait/phase_portrait.hpp>

namespace resdyn {

struct CubeOptions {
    double azimuth = 28.0;    ///< degrees the cube is turned about its third axis.
    double elevation = 20.0;  ///< degrees that the eye stands above the horizon; −90 … 90.
    double t_end = 40.0;      ///< length of trajectories, > 0.
    Index samples = 401;      ///< of each, evenly spaced in time, >= 2.
    SeparatrixOptions separatrix = {};
    bool cycles = true;      ///< look for limit cycles, as cycle_basins.hpp does.
    std::uint64_t seed = 1;  ///< of that search.
    int threads = 0;
};

struct CubeTrajectory {
    std::vector<double> t;
    Matrix y;        ///< 3×samples.
    Matrix layers;   ///< 3×(L+1).
    int label = -1;  ///< class, or −1.
};

struct CubePortrait {
    Levels range{0.0, 1.0};
    double step = 1.0;
    Matrix view;                          ///< 2×3, rows orthonormal: from y to the picture.
    std::vector<Equilibrium> equilibria;  ///< all of them.
    std::vector<Continuum> continua;
    std::vector<InvariantCurve> curves;
    std::vector<AttractingCycle> cycles;
    std::vector<CubeTrajectory> trajectories;
};

/// Three units of a bounded activation (throws std::invalid_argument otherwise), with a trajectory
/// from each column of u0 (3×B; B may be 0) and `layers` steps of the layer map. labels: B or none.
CubePortrait cube_portrait(const ResidualSystem& system, const Matrix& u0,
                           const Eigen::VectorXi& labels, Index layers,
                           const CubeOptions& options = {});

}  // namespace resdyn
