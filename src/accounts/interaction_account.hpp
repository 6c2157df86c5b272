/// @file
/// Cooperation and competition told (`resdyn interactions`).
#pragma once

#include <resdyn/studies/interactions.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of interaction_tables, with so many of the strongest pairs at most; sound where no
/// law that the theory claims was broken.
Account account_of(const InteractionStudy& study, Index listed_pairs = 10000);

}  // namespace resdyn
