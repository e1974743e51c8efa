	.section	.text,"ax",@progbits
	.p2align	4, 0x90
matvec_s16:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	%r9, -32(%rsp)
	movq	%r8, -176(%rsp)
	movq	%rsi, -40(%rsp)
	movq	%rdi, -16(%rsp)
	movq	%rdx, -8(%rsp)
	testq	%rdx, %rdx
	je	.LBB0_10
	movq	%rcx, %r8
	movq	56(%rsp), %rax
	movl	%r8d, %r10d
	andl	$3, %r10d
	movq	%rcx, %r11
	andq	$-4, %r11
	movq	-40(%rsp), %rcx
	leaq	6(%rcx), %rbx
	movq	-176(%rsp), %rcx
	addq	%rcx, %rcx
	movq	%rcx, -176(%rsp)
	leaq	(%rax,%rax), %r14
	leaq	(%r14,%r14,2), %r15
	leaq	(,%rax,8), %r12
	xorl	%esi, %esi
	movq	%r8, -24(%rsp)
	jmp	.LBB0_2
	.p2align	4, 0x90
.LBB0_3:
	xorl	%ebp, %ebp
.LBB0_9:
	movq	-16(%rsp), %rcx
	addq	%rbp, (%rcx,%rsi,8)
	incq	%rsi
	movq	-176(%rsp), %rcx
	addq	%rcx, %rbx
	addq	%rcx, -40(%rsp)
	cmpq	-8(%rsp), %rsi
	je	.LBB0_10
.LBB0_2:
	testq	%r8, %r8
	je	.LBB0_3
	cmpq	$4, %r8
	jae	.LBB0_11
	xorl	%r13d, %r13d
	xorl	%ebp, %ebp
	jmp	.LBB0_6
	.p2align	4, 0x90
.LBB0_11:
	movq	-32(%rsp), %r9
	xorl	%r13d, %r13d
	xorl	%ebp, %ebp
	.p2align	4, 0x90
.LBB0_12:
	movswq	-6(%rbx,%r13,2), %rcx
	movswq	(%r9), %rdx
	imulq	%rcx, %rdx
	addq	%rbp, %rdx
	movswq	-4(%rbx,%r13,2), %rcx
	movswq	(%r9,%rax,2), %rdi
	imulq	%rcx, %rdi
	movswq	-2(%rbx,%r13,2), %rcx
	movswq	(%r9,%rax,4), %r8
	imulq	%rcx, %r8
	addq	%rdi, %r8
	addq	%rdx, %r8
	movswq	(%rbx,%r13,2), %rcx
	movswq	(%r9,%r15), %rbp
	imulq	%rcx, %rbp
	addq	%r8, %rbp
	addq	$4, %r13
	addq	%r12, %r9
	cmpq	%r13, %r11
	jne	.LBB0_12
.LBB0_6:
	testq	%r10, %r10
	movq	-24(%rsp), %r8
	je	.LBB0_9
	movq	%r14, %r9
	imulq	%r13, %r9
	addq	-32(%rsp), %r9
	movq	-40(%rsp), %rcx
	leaq	(%rcx,%r13,2), %r13
	xorl	%edi, %edi
	.p2align	4, 0x90
.LBB0_8:
	movswq	(%r13,%rdi,2), %rdx
	movswq	(%r9), %rcx
	imulq	%rdx, %rcx
	addq	%rcx, %rbp
	incq	%rdi
	addq	%r14, %r9
	cmpq	%rdi, %r10
	jne	.LBB0_8
	jmp	.LBB0_9
.LBB0_10:
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.cfi_endproc
# verdict: refuted: keeps the stride below the red zone, where a signal handler writes
