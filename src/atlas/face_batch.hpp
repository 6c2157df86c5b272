/// @file
/// Faces that share a set F of free units, decided eight at a time in double arithmetic with proved
/// error bounds: is the equilibrium inside the open face, on which side is every saturated unit,
/// how many eigenvalues of the free block have positive real part. What an error bound leaves open
/// is said to be open.
///
/// The flow eigenvalue of a saturated unit has the sign of (W y)_i at Low and of −(W y)_i at High.
#pragma once

#include <array>
#include <span>

#include "equilibria/free_set.hpp"
#include "inertia_filter.hpp"

namespace resdyn {

/// Spectrum of one equilibrium by its two blocks.
struct FaceVerdict {
    enum class Place : std::uint8_t {
        Outside,  ///< proved: no equilibrium in the open face.
        Inside,   ///< proved, and so are the counts.
        Open,
    };
    Place place = Place::Open;
    std::uint32_t high = 0;
    Index saturated_unstable = 0;
    Index saturated_zero = 0;
    Index free_unstable = 0;
    Index free_neutral = 0;
    bool by_discs = false;  ///< the free block's count.
    bool exact = false;     ///< decided in exact arithmetic.
};

class FaceBatch {
  public:
    FaceBatch(const FilterWeights& weights, const PrincipalMinors& minors);

    /// `set` must outlive its faces.
    void begin(const FreeSet& set);
    /// One verdict for each of at most `lanes` faces, given by their High units.
    std::span<const FaceVerdict> decide(std::span<const std::uint32_t> high);

  private:
    /// Which lanes have 1 where it is so.
    using Lanes = Pack::mask_type;

    void place_free_units();
    void decide_saturated();
    void decide_inertia();
    int by_discs(std::size_t lane, double relative) const;

    const FilterWeights& weights_;
    const PrincipalMinors& minors_;
    InertiaFilter inertia_;
    const FreeSet* set_ = nullptr;
    UnitList free_;
    UnitList saturated_;
    bool inertia_begun_ = false;
    UnitRow rate_error_;
    double gain_error_ = 0.0;  ///< largest, of d as computed, without its rounding.
    std::size_t count_ = 0;
    std::array<Pack, most_units> y_{};
    std::array<Pack, most_units> gains_{};  ///< of the free units in turn.
    Lanes inside_{};
    Lanes open_{};
    std::array<FaceVerdict, lanes> verdicts_{};
};

}  // namespace resdyn
