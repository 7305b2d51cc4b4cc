# SPDX-License-Identifier: GPL-2.0-or-later
# What cpack makes: a .tar.gz with an install.sh for one user, and on Debian a .deb for all users. Both are for the one
# series of Wireshark that they were built for. scripts/package.sh makes them as they are meant to be handed out.

set(CPACK_PACKAGE_NAME wireshark-plugin-kx)
set(CPACK_PACKAGE_FILE_NAME
  "kx-${KX_FULL_VERSION}-wireshark-${KX_WIRESHARK_SERIES}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR TGZ)
set(CPACK_PROJECT_CONFIG_FILE "${PROJECT_SOURCE_DIR}/cmake/package-contents.cmake")

# FOLDER COMPONENT: the documents and captures in both packages, laid out as their links to one another want it.
function(kx_install_documents folder component)
  set(options COMPONENT ${component} EXCLUDE_FROM_ALL)
  foreach(name README.md README.ja.md CONTRIBUTING.md SECURITY.md tests/fuzz/HISTORY.md
      tests/instruments/HISTORY.md)
    get_filename_component(subfolder "${name}" DIRECTORY)
    install(FILES "${PROJECT_SOURCE_DIR}/${name}" DESTINATION "${folder}/${subfolder}" ${options})
  endforeach()
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${folder}" ${options}
    FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN "*.yml" PATTERN "*.schema.json" PATTERN "examples/*.sh"
    PATTERN "examples/kx-*")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/test-captures" DESTINATION "${folder}" ${options}
    FILES_MATCHING PATTERN "*.pcap" PATTERN "*.pcapng" PATTERN "*.json" PATTERN README.md
    PATTERN generator EXCLUDE)
endfunction()

# ---- for one user: what install.sh finds beside it ----

set(kx_user COMPONENT user EXCLUDE_FROM_ALL)
install(TARGETS kx LIBRARY DESTINATION "plugins/${KX_PLUGIN_SUBFOLDER}" ${kx_user})
install(DIRECTORY "${kx_profile}" DESTINATION profiles ${kx_user})
install(PROGRAMS "${PROJECT_SOURCE_DIR}/packaging/install.sh" DESTINATION . ${kx_user})
install(PROGRAMS "${PROJECT_SOURCE_DIR}/docs/examples/check-capture.sh" DESTINATION bin RENAME kx-check ${kx_user})
install(PROGRAMS "${PROJECT_SOURCE_DIR}/scripts/kx-export.sh" DESTINATION bin RENAME kx-export ${kx_user})
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CHANGELOG.md" DESTINATION . ${kx_user})
kx_install_documents(. user)

# ---- for all users of a Debian release ----

find_program(DPKG_SHLIBDEPS_EXECUTABLE dpkg-shlibdeps)
if(DPKG_SHLIBDEPS_EXECUTABLE)
  list(APPEND CPACK_GENERATOR DEB)

  # The packager is who Debian's tools take for it, else who made the newest commit.
  if(DEFINED ENV{DEBFULLNAME} AND DEFINED ENV{DEBEMAIL})
    set(CPACK_PACKAGE_CONTACT "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
  else()
    execute_process(COMMAND git log -1 "--format=%an <%ae>" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
      OUTPUT_VARIABLE CPACK_PACKAGE_CONTACT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT CPACK_PACKAGE_CONTACT)
    set(CPACK_PACKAGE_CONTACT "Unknown packager <root@localhost>")
  endif()

  # In an upgrade to a release with a later series of Wireshark, the package for that one is the later version.
  set(CPACK_DEBIAN_PACKAGE_RELEASE "1+ws${KX_WIRESHARK_SERIES}")
  # What is made before a release is an earlier version than that.
  string(REPLACE "-dev" "~dev" CPACK_DEBIAN_PACKAGE_VERSION "${KX_FULL_VERSION}")
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION net)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Kx is the interface between the key managers of a quantum key distribution
network. This plugin of Wireshark and tshark shows its messages, links requests
with responses and the hops of key relays with one another, and reports what
deviates from the standard and which keys are not inside TLS. With it come a
profile with columns, colours and filter buttons; kx-check, which fails if a
capture holds anything of that; kx-export, which writes the messages of ring
buffers as JSON; and kx-capture, which makes captures for tests.")

  # What shlibdeps finds are the least versions. Wireshark takes plugins of its own series only.
  get_target_property(kx_configuration epan IMPORTED_CONFIGURATIONS)
  get_target_property(kx_libwireshark epan IMPORTED_SONAME_${kx_configuration})
  string(REPLACE ".so." "" kx_libwireshark "${kx_libwireshark}")
  math(EXPR kx_next_minor "${Wireshark_MINOR_VERSION} + 1")
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  string(CONCAT CPACK_DEBIAN_PACKAGE_DEPENDS "${kx_libwireshark} (>= ${KX_WIRESHARK_SERIES}), "
    "${kx_libwireshark} (<< ${Wireshark_MAJOR_VERSION}.${kx_next_minor}~)")
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark")

  # FROM TO: beside what is built.
  function(kx_compress from to)
    execute_process(COMMAND gzip -9nc "${from}" OUTPUT_FILE "${PROJECT_BINARY_DIR}/${to}" COMMAND_ERROR_IS_FATAL ANY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${from}")
  endfunction()
  string(TIMESTAMP KX_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)
  configure_file("${PROJECT_SOURCE_DIR}/packaging/debian/changelog.in" changelog @ONLY)
  kx_compress("${PROJECT_BINARY_DIR}/changelog" changelog.Debian.gz)
  kx_compress("${PROJECT_SOURCE_DIR}/CHANGELOG.md" changelog.gz)

  set(kx_doc_folder "share/doc/${CPACK_PACKAGE_NAME}")
  install(FILES "${PROJECT_SOURCE_DIR}/packaging/debian/copyright" "${PROJECT_BINARY_DIR}/changelog.Debian.gz"
    "${PROJECT_BINARY_DIR}/changelog.gz" DESTINATION "${kx_doc_folder}" COMPONENT debian EXCLUDE_FROM_ALL)
  kx_install_documents("${kx_doc_folder}" debian)
endif()

include(CPack)
