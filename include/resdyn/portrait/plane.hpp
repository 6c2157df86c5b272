/// @file
/// Which plane a portrait or a map of basins is drawn on: two units with the others held, the plane
/// through three equilibria, principal components of data, or a leaf of constant invariants; where
/// nothing is said, the pair of units whose plane shows the most different ends
/// (telling_plane.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/portrait/slice.hpp>

namespace resdyn {

/// At most one of units (with at, held or at_sample), through, principal and leaf.
struct PlaneOptions {
    Coordinate coordinate = Coordinate::Residual;
    std::vector<Index> units = {};        ///< the two drawn, from 0; empty: chosen.
    std::optional<Pattern> at = {};       ///< the others are held at this equilibrium,
    std::optional<Vector> held = {};      ///< or at this point, size N,
    std::optional<Index> at_sample = {};  ///< or at this sample of the data; also of `leaf`.
    std::vector<Pattern> through = {};    ///< three patterns, each with an equilibrium.
    bool principal = false;               ///< first two principal components of the data.
    bool leaf = false;                    ///< of constant ℓ·u; with Coordinate::Preactivation.
    std::optional<Box> window = {};       ///< in the plane's coordinates, size 2.
    bool projections = false;             ///< a plane that the flow leaves may be chosen.
    std::uint64_t seed = 1;
    int threads = 0;
};

/// A plane, what it lies in, and the data that came along.
struct Plane {
    StateSpace space;
    Slice slice;
    std::vector<Equilibrium> known;  ///< equilibria named or found on the way.
    Matrix starts;                   ///< of the data, in the trajectories' variable; may be n×0.
    Eigen::VectorXi labels;          ///< their classes.
    Index classes = 0;
    std::string data_name;
    std::vector<Index> samples;  ///< of the data, by column of starts; increasing.
};

/// `data`: null for none. Throws std::invalid_argument for options that contradict each other or do
/// not fit the network.
Plane choose_plane(const ResidualNetwork& network, const Dataset* data,
                   const PlaneOptions& options = {});

}  // namespace resdyn
