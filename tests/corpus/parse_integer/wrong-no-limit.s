	.section	.text,"ax",@progbits
	.p2align	4, 0x90
parse_integer:
	.cfi_startproc
	pushq	%r14
	.cfi_def_cfa_offset 16
	pushq	%rbx
	.cfi_def_cfa_offset 24
	pushq	%rax
	.cfi_def_cfa_offset 32
	.cfi_offset %rbx, -24
	.cfi_offset %r14, -16
	movq	%rdi, %rax
	jmp	.LBB0_2
	.p2align	4, 0x90
.LBB0_1:
	incq	%rax
.LBB0_2:
	movzbl	(%rax), %ebx
	movzbl	%bl, %ecx
	leal	-9(%rcx), %edx
	cmpl	$5, %edx
	jb	.LBB0_1
	cmpl	$32, %ecx
	je	.LBB0_1
	cmpb	$43, %bl
	sete	%cl
	movabsq	$9223372036854775807, %rdx
	leaq	1(%rdx), %r14
	cmpb	$45, %bl
	sete	%r8b
	cmovneq	%rdx, %r14
	orb	%cl, %r8b
	movzbl	%r8b, %r8d
	movzbl	(%rax,%r8), %edx
	leal	-48(%rdx), %ecx
	cmpb	$9, %cl
	ja	.LBB0_12
	addq	%r8, %rax
	xorl	%r9d, %r9d
	movabsq	$-3689348814741910323, %r10
	xorl	%r8d, %r8d
	movq	%rax, %rdi
	jmp	.LBB0_8
	.p2align	4, 0x90
.LBB0_6:
	movb	$1, %r9b
.LBB0_7:
	movzbl	1(%rdi), %edx
	incq	%rdi
	leal	-48(%rdx), %eax
	cmpb	$10, %al
	jae	.LBB0_13
.LBB0_8:
	testb	$1, %r9b
	jne	.LBB0_6
	addb	$-48, %dl
	movzbl	%dl, %r11d
	movq	%r14, %rax
	subq	%r11, %rax
	mulq	%r10
	shrq	$3, %rdx
	cmpq	%rdx, %r8
	ja	.LBB0_6
	leaq	(%r8,%r8,4), %rax
	leaq	(%r11,%rax,2), %r8
	jmp	.LBB0_7
.LBB0_12:
	xorl	%r8d, %r8d
	xorl	%r9d, %r9d
.LBB0_13:
	testq	%rsi, %rsi
	je	.LBB0_15
	movq	%rdi, (%rsi)
.LBB0_15:
	cmpb	$9, %cl
	ja	.LBB0_19
	incq	numbers_read(%rip)
	testb	$1, %r9b
	je	.LBB0_18
	callq	__errno_location@PLT
	movl	$34, (%rax)
.LBB0_18:
	movq	%r8, %rax
	negq	%rax
	cmpb	$45, %bl
	cmovneq	%r8, %rax
	jmp	.LBB0_20
.LBB0_19:
	xorl	%eax, %eax
.LBB0_20:
	addq	$8, %rsp
	.cfi_def_cfa_offset 24
	popq	%rbx
	.cfi_def_cfa_offset 16
	popq	%r14
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.cfi_endproc
# verdict: refuted: what is too large gives the digits that still fitted instead of the limit
