/// @file
/// How deep a network needs to be, told (`resdyn depth`).
#pragma once

#include <resdyn/studies/depth_study.hpp>

#include "account.hpp"

namespace resdyn {

/// The tables of depth_tables; sound where certificates hold and stopping early changes no class.
Account account_of(const DepthStudy& study, const Network& network, const Dataset& data);

}  // namespace resdyn
