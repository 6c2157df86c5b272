/// @file
/// The series of a phase portrait, part by part: the same for networks and for any vector field.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "figures.hpp"

namespace resdyn::figures {

class Painter {
  public:
    explicit Painter(const Slice& slice);

    const std::array<std::string, 2>& names() const { return names_; }
    /// Points 2×m under the names of the two coordinates.
    Series curve(std::string name, const Matrix& s, Mark mark, Style style) const;
    /// Arrows of one length, with a column speed.
    Series field(const std::vector<FieldArrow>& arrows) const;
    /// The colours that `field` needs, up to the fastest arrow.
    ColourScale speeds(const Series& field, const std::string& label) const;
    std::vector<Series> nullclines(const std::vector<Nullcline>& lines) const;
    std::vector<Series> trajectories(const std::vector<PortraitTrajectory>& paths) const;
    std::vector<Series> layers(const std::vector<PortraitTrajectory>& paths, double step) const;
    std::vector<Series> cycles(const std::vector<LimitCycle>& cycles) const;
    std::vector<Series> layer_cycles(const std::vector<LayerCycle>& cycles) const;
    std::vector<Series> eigenvectors(const std::vector<EigenDirection>& directions) const;

    /// Of a separatrix or ray: its kind, its name and its points.
    struct Manifold {
        CurveKind kind;
        std::string name;
        const Matrix& s;
    };
    std::vector<Series> manifolds(const std::vector<Manifold>& manifolds) const;
    /// Equilibria by type, at their places.
    std::vector<Series> equilibria(
        const std::vector<std::pair<EquilibriumType, Vector>>& places) const;

  private:
    std::string nullcline_legend(Index axis) const;

    const Slice& slice_;
    std::array<std::string, 2> names_;
    Vector span_;
};

/// "A limit cycle of period 6.66 attracts (…)." of each, for captions.
std::string cycle_sentences(const std::vector<LimitCycle>& cycles);
std::string cycle_sentences(const std::vector<LayerCycle>& cycles);

}  // namespace resdyn::figures
