# SPDX-License-Identifier: GPL-2.0-or-later
# Where the plugin and its profile go: Wireshark's global folders by default, the user's own ones with the target
# install-user, which uninstall-user undoes. `tshark -G folders` names them all. The .deb holds the component system.

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

# ---- programs that are scripts ----

install(PROGRAMS "${PROJECT_SOURCE_DIR}/docs/examples/check-capture.sh" DESTINATION bin RENAME kx-check COMPONENT system)
install(PROGRAMS "${PROJECT_SOURCE_DIR}/scripts/kx-export.sh" DESTINATION bin RENAME kx-export COMPONENT system)

# ---- manual pages, of texts that are written as txt2man wants them ----

find_program(TXT2MAN_EXECUTABLE txt2man)

# NAME TEXT
function(kx_add_manual_page name text)
  string(TIMESTAMP date "%d %B %Y" UTC)
  set(page "${PROJECT_BINARY_DIR}/${name}.1")
  # Not in a pipe, whose status would be gzip's.
  add_custom_command(OUTPUT "${page}.gz"
    COMMAND "${TXT2MAN_EXECUTABLE}" -t ${name} -s 1 -v "User Commands" -d "${date}" < "${text}" > "${page}"
    COMMAND gzip -9nf "${page}"
    DEPENDS "${text}"
    VERBATIM)
  add_custom_target(${name}-man ALL DEPENDS "${page}.gz")
  install(FILES "${page}.gz" DESTINATION share/man/man1 COMPONENT system)
endfunction()

if(TXT2MAN_EXECUTABLE)
  kx_add_manual_page(kx-check "${PROJECT_SOURCE_DIR}/packaging/kx-check.txt")
  kx_add_manual_page(kx-export "${PROJECT_SOURCE_DIR}/packaging/kx-export.txt")
  kx_add_manual_page(kx-capture "${PROJECT_SOURCE_DIR}/test-captures/generator/help.txt")
endif()

# ---- for one user ----

set(kx_install_user "${PROJECT_SOURCE_DIR}/packaging/install.sh" --plugins "${KX_PLUGIN_DIR}" --profile "${kx_profile}")
add_custom_target(install-user COMMAND ${kx_install_user} VERBATIM)
add_custom_target(uninstall-user COMMAND ${kx_install_user} --uninstall VERBATIM)
add_dependencies(install-user kx)
