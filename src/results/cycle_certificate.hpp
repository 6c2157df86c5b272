/// @file
/// The certificate of cycles of the network as a file: JSON with every number exact. Format and
/// checker: doc/certificate.md, script/verify-cycle-certificate.
#pragma once

#include <string>

#include <resdyn/studies/cycles.hpp>

namespace resdyn {

inline constexpr int cycle_certificate_version = 1;

/// The cycles that were proved with their minimal period; the others are counted as `omitted`.
std::string cycle_certificate_text(const CycleStudy& study, const ResidualSystem& system);

}  // namespace resdyn
