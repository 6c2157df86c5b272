/// @file
/// Cooperation and competition told (`resdyn interactions`).
#pragma once

#include <string>

#include <resdyn/accounts/account.hpp>
#include <resdyn/studies/analysis.hpp>

namespace resdyn {

struct InteractionListing {
    Index pairs = 10000;   ///< the strongest pairs listed one by one, at most.
    Index image_rows = 0;  ///< of the inputs, where they are images as wide as the system.
    Index image_cols = 0;
};

/// The tables of interaction_tables, and "linked_pairs.csv"; sound where no law that the theory
/// claims was broken.
Account account_of(const InteractionAnalysis& interaction, const ResidualSystem& system,
                   const InteractionListing& listing = {});

/// Frustration, the theorems of structure and their checks, in lines.
std::string words_of_structure(const InteractionAnalysis& interaction);

}  // namespace resdyn
