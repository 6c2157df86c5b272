/// @file
/// Motion on a face of the cube: some units held at their levels for ever, as in exact arithmetic,
/// the others free to move. It is written as a residual system of its own, with no rounding of the
/// weights: a unit held High (or Low, with tanh) drives itself and nothing else drives it, so that
/// it stays; a logistic unit held Low has y = 0 and is left out.
///
/// FaceFlow (face_flow.hpp) is the same motion as a vector field with a rounded load.
#pragma once

#include <vector>

#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

class HeldUnits {
  public:
    /// `face` (size N): Low and High units are held, Free ones move; at least one is Free. Bounded
    /// activations only. Throws std::invalid_argument otherwise.
    HeldUnits(const ResidualSystem& system, const Pattern& face);

    /// The system of the units that are kept.
    const ResidualSystem& system() const { return system_; }
    /// Its face: Free where a kept unit moves.
    const Pattern& inner_face() const { return inner_face_; }
    /// Pre-activations of the whole system (N×B; held rows are not read) as its own.
    Matrix restricted(const Matrix& u) const;
    /// Its pattern and its residual as ones of the whole system.
    Pattern embedded(const Pattern& inner) const;
    Vector embedded(const Vector& inner_y) const;

  private:
    Pattern face_;
    std::vector<Index> kept_;
    Pattern inner_face_;
    Vector levels_;  ///< y of held units, 0 elsewhere.
    ResidualSystem system_;
};

/// Which units of a start stand at a level exactly (u = ±∞): these are held, the others Free.
Pattern held_face(const Eigen::Ref<const Vector>& u);

}  // namespace resdyn
