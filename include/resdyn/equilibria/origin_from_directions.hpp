/// @file
/// The report on the logistic origin (origin.hpp) where its directions are known already
/// (origin_directions.hpp): the rays are taken from them, and no second search is made. Where they
/// are not complete and hold no repelling ray, stability may stay open that a search by size would
/// have decided.
#pragma once

#include <resdyn/equilibria/origin_directions.hpp>

namespace resdyn {

/// `directions`: of this system (throws std::invalid_argument on another dimension).
OriginReport origin_report(const ResidualSystem& system, const OriginDirections& directions,
                           const OriginOptions& options = {});

}  // namespace resdyn
