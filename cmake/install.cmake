# SPDX-License-Identifier: GPL-2.0-or-later
# Where the plugin and its profile go: Wireshark's global folders by default, the user's own ones with the target
# install-user. `tshark -G folders` names them all. The .deb holds the component system.

# ---- for all users ----

# What is built for another machine goes where that one has Wireshark, not where its folders stand here.
foreach(folder Wireshark_INSTALL_PREFIX Wireshark_PLUGIN_INSTALL_DIR)
  string(REGEX REPLACE "^${CMAKE_SYSROOT}/" "/" kx_${folder} "${${folder}}")
endforeach()
if(WIN32)
  set(kx_profiles "${kx_Wireshark_INSTALL_PREFIX}/profiles")
else()
  set(kx_profiles "${kx_Wireshark_INSTALL_PREFIX}/share/wireshark/profiles")
endif()
set(KX_PROFILE_INSTALL_DIR "${kx_profiles}" CACHE PATH "Wireshark's global folder of profiles")
set(kx_profile "${PROJECT_SOURCE_DIR}/profile/Kx")

install(TARGETS kx LIBRARY DESTINATION "${kx_Wireshark_PLUGIN_INSTALL_DIR}/epan" COMPONENT system)
install(DIRECTORY "${kx_profile}" DESTINATION "${KX_PROFILE_INSTALL_DIR}" COMPONENT system)

# ---- for one user ----

if(WIN32)
  set(KX_USER_PLUGIN_DIR "$ENV{APPDATA}/Wireshark/plugins/${KX_PLUGIN_SUBFOLDER}")
  set(KX_USER_PROFILE_DIR "$ENV{APPDATA}/Wireshark/profiles/Kx")
else()
  set(KX_USER_PLUGIN_DIR "$ENV{HOME}/.local/lib/wireshark/plugins/${KX_PLUGIN_SUBFOLDER}")
  if(DEFINED ENV{XDG_CONFIG_HOME})
    set(KX_USER_PROFILE_DIR "$ENV{XDG_CONFIG_HOME}/wireshark/profiles/Kx")
  else()
    set(KX_USER_PROFILE_DIR "$ENV{HOME}/.config/wireshark/profiles/Kx")
  endif()
endif()

# What the user has changed in the profile since is replaced.
add_custom_target(install-user
  COMMAND ${CMAKE_COMMAND} -E make_directory "${KX_USER_PLUGIN_DIR}" "${KX_USER_PROFILE_DIR}"
  COMMAND ${CMAKE_COMMAND} -E copy "$<TARGET_FILE:kx>" "${KX_USER_PLUGIN_DIR}"
  COMMAND ${CMAKE_COMMAND} -E copy_directory "${kx_profile}" "${KX_USER_PROFILE_DIR}"
  COMMENT "Installing kx.so into ${KX_USER_PLUGIN_DIR} and the profile into ${KX_USER_PROFILE_DIR}"
  VERBATIM)
add_dependencies(install-user kx)
