/// @file
/// The evidence behind a list of equilibria, in whole numbers, so that a checker that shares no
/// code with the library can verify every claim: the exact rational point of each equilibrium and
/// of each continuum, the sign of every saturated eigenvalue, and the claimed inertia; for what is
/// claimed of patterns that are not listed, the tree of the search (search_proof.hpp).
///
/// Method: for each listed pattern the face system W_FF y_F = −W_FS y_S is solved again by
/// fraction-free elimination on the weights as stored, whatever filter decided it first. The file
/// format is written by results/certificate.hpp and described in doc/certificate.md;
/// `script/verify-certificate` is the checker.
///
/// What it cannot carry: eigenvalues that are not zero (irrational in general; only their signs),
/// the layer map's verdicts, and items verified in double precision only: those are counted as
/// `omitted`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/stable/search_proof.hpp>

namespace resdyn {

/// A point of the closed cube in lowest terms: y_i = numerators[i] / denominator, denominator > 0.
/// Whole numbers of any length, in decimal digits.
struct RationalPoint {
    std::vector<std::string> numerators;  ///< size N.
    std::string denominator = "1";
};

struct CertifiedEquilibrium {
    Equilibrium claim;
    RationalPoint y;
    int determinant_sign = 1;  ///< of det W_FF; 1 for a vertex.
    /// Sign of the flow eigenvalue g'(level) (Wy)_i of each saturated unit; 0 for free units.
    std::vector<int> saturated_signs;
    /// Lies in the closure of a continuum; empty: not decided, too many ties.
    std::optional<bool> on_continuum;
};

struct CertifiedContinuum {
    Pattern pattern;
    Index dimension = 0;
    RationalPoint point;  ///< strictly inside the face.
};

/// What was proved about equilibria that are not on the list.
enum class CertificateClaim {
    Listed,                   ///< nothing: the listed ones are right, others may exist.
    Complete,                 ///< every pattern was decided; the list is all that `listing` names.
    StableComplete,           ///< no other equilibrium is hyperbolically stable.
    StableVerticesComplete,   ///< no other vertex is hyperbolically stable.
    AttractingFacesComplete,  ///< no other face can attract (attracting_face.hpp).
};
/// "listed", "complete", "stable_complete", "stable_vertices_complete",
/// "attracting_faces_complete".
std::string_view to_string(CertificateClaim claim);

struct Certificate {
    CertificateClaim claim = CertificateClaim::Listed;
    Listing listing = Listing::All;
    AtlasCounts counts;  ///< of everything decided if `claim` is Complete, else of the list.
    std::optional<Index>
        singular_patterns;  ///< if `claim` is Complete: else not all were looked at.
    std::vector<CertifiedEquilibrium> equilibria;  ///< sorted by pattern.
    std::vector<CertifiedContinuum> continua;
    Index omitted = 0;  ///< equilibria left out: not proved exactly.
    /// The tree of the search that proved `claim`; empty where nothing had to be searched, or where
    /// it is left out: the checker can then confirm the claim for small N only.
    std::optional<SearchProof> proof;
};

/// The evidence for an atlas that was made with `listing`: Complete, or Listed if it was
/// interrupted or its lists were cut short. Bounded activations only. Throws std::logic_error if
/// the exact solution contradicts the atlas.
Certificate certify(const ResidualSystem& system, const Atlas& atlas, Listing listing);

/// The evidence for equilibria found otherwise; the caller answers for a `claim` other than Listed
/// (not Complete, not AttractingFacesComplete), which is lowered to Listed if any item is omitted.
/// `proof`: of the search that found them.
Certificate certify(const ResidualSystem& system, std::vector<Equilibrium> found,
                    CertificateClaim claim = CertificateClaim::Listed,
                    std::optional<SearchProof> proof = {});

/// The evidence for the faces that can attract: AttractingFacesComplete, or Listed if the search
/// did not run to its end or its list was cut short. `proof`: of the same search.
Certificate certify(const ResidualSystem& system, const AttractingFaces& search,
                    std::optional<SearchProof> proof = {});

}  // namespace resdyn
